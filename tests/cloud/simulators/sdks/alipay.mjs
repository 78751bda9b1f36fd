// Alipay's own SDK for Node makes calls and verifies their answers: what is asked comes on standard
// input, what was answered goes to standard output, both as JSON. Argument: where the SDK is.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { AlipaySdk } = createRequire(process.argv[2] + '/')('alipay-sdk');
const asked = JSON.parse(readFileSync(0, 'utf8'));
const sdk = new AlipaySdk({
  appId: asked.app_id,
  gateway: asked.gateway,
  privateKey: asked.private_key,
  keyType: 'PKCS8',
  camelcase: false,
  ...(asked.alipay_key
    ? { alipayPublicKey: asked.alipay_key }
    : {
        appCertContent: asked.app_certificate,
        alipayPublicCertContent: asked.alipay_certificate,
        alipayRootCertContent: asked.root_certificates,
      }),
});
const answers = [];
for (const [method, content] of asked.calls) {
  try {
    answers.push(await sdk.exec(method, { bizContent: content }, { validateSign: true }));
  } catch (error) {
    answers.push({ refused_by_sdk: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
