// A gateway of Fastify and Alipay's own SDK: HMAC in, one pay call, HMAC out; nothing is kept.
//
//   node server.js HMAC_KEY PRIVATE_KEY PLATFORM_KEY PLATFORM_URL
//
// Unlike the SDK's default, the signature of Alipay's answer is verified. It ends with its
// standard input.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AlipaySdk } from 'alipay-sdk';
import Fastify from 'fastify';

const [key, privateKey, platformKey, gateway] = process.argv.slice(2);
const sdk = new AlipaySdk({
  appId: '2021000000000000',
  privateKey: readFileSync(privateKey, 'ascii'),
  keyType: 'PKCS8',
  alipayPublicKey: readFileSync(platformKey, 'ascii'),
  gateway,
});
const app = Fastify({ logger: false });

function hmac(purpose, head, body) {
  return createHmac('sha256', key).update(`${purpose}\n${head}`).update(body).digest('hex');
}

app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body));

app.post('/v1/orders', async (request, reply) => {
  const nonce = request.headers['pos-nonce'];
  const head = `POST\n/v1/orders\n${request.headers['pos-time']}\n${nonce}\n`;
  const given = Buffer.from(request.headers['pos-signature']);
  const expected = Buffer.from(hmac('request', head, request.body));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return reply.code(401).send();
  }
  const order = JSON.parse(request.body);
  const amount = (order.amount / 100).toFixed(2);
  const bizContent = {
    out_trade_no: order.order_no,
    scene: 'bar_code',
    auth_code: order.auth_code,
    product_code: 'FACE_TO_FACE_PAYMENT',
    subject: order.subject,
    total_amount: amount,
    terminal_id: order.till,
    timeout_express: '3m',
  };
  const said = await sdk.exec('alipay.trade.pay', { bizContent }, { validateSign: true });
  if (said.code !== '10000' || said.outTradeNo !== order.order_no || said.totalAmount !== amount) {
    return reply.code(502).send(said);
  }
  const answer = JSON.stringify({
    merchant: order.merchant,
    order_no: order.order_no,
    answer: 'paid',
    amount: order.amount,
    currency: order.currency,
    platform: 'alipay',
    platform_ref: said.tradeNo,
    paid_at: `${said.gmtPayment.replace(' ', 'T')}+08:00`,
    version: 1,
  });
  return reply
    .header('Pos-Signature', hmac('response', `${nonce}\n200\n`, answer))
    .type('application/json')
    .send(answer);
});

await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ port: app.server.address().port })}\n`);
process.stdin.resume().on('end', () => process.exit());
