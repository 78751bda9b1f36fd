"""Why a key or certificate of an account cannot be used, or one of a platform's not be believed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_a_private_key": N_("{name}: not an unencrypted private key in PEM form"),
    "not_an_rsa_key": N_("{name}: not an RSA key"),
    "damaged_private_key": N_("{name}: a damaged private key"),
    "not_a_public_key": N_("{name}: not a public key or certificate in PEM form"),
    "not_a_certificate": N_("{name}: not a certificate in PEM form."),
    "not_in_pem": N_("{name}: not a certificate in PEM form ({why})."),
    "none_in_pem": N_("{name}: no certificate in PEM form."),
    "no_rsa_root": N_("{name}: none of the certificates is an RSA root."),
    "alipay_nothing": N_(
        "alipay: nothing to believe Alipay by. Give alipay_key (key mode), or app_certificate, alipay_certificate and root_certificates (certificate mode)."
    ),
    "alipay_incomplete": N_(
        "alipay: certificate mode also needs {missing}. Give it, or take the certificates out and give alipay_key."
    ),
    "alipay_other_key": N_(
        "alipay.app_certificate: not the certificate of alipay.private_key. Take both from the same application."
    ),
    "alipay_unreadable": N_("alipay: a certificate cannot be read ({why})."),
    "unionpay_other_key": N_(
        "unionpay.certificate: not the certificate of unionpay.private_key. Take both from the same file of the merchant's (acp_prod_sign.pfx)."
    ),
    "unionpay_no_chain": N_(
        "unionpay.middle_certificate: {why}. Take root and middle certificate from the same package of UnionPay's (acp_prod_… or acp_test_…)."
    ),
    "wechat_v2_other_key": N_(
        "wechat_v2.certificate: not a certificate in PEM form that belongs to its key"
    ),
    "api_v3_key_length": N_("wechat.api_v3_key: not 32 characters long"),
    "out_of_date": N_("its certificates are good from {since} to {until}"),
    "unreadable": N_("its certificate cannot be read"),
    "no_rsa_key": N_("its certificate's key is not an RSA key"),
    "another_company": N_("its certificate is not UnionPay's"),
    "no_authority": N_("it is issued by a certificate that is no authority's"),
    "another_issuer": N_("it is not issued by the certificate above it"),
}
