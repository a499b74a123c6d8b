import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for `localhost`, written in DER by hand so that the tests need neither a program nor a file with a secret. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
  };
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const ecdsaWithSha256 = der(0x30, der(0x06, bytes('2a8648ce3d040302')));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, bytes('550403')), der(0x0c, Buffer.from('localhost')))));
  const time = (moment: Date): Buffer => der(0x18, Buffer.from(`${moment.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
  const day = 86_400_000;
  const validity = der(0x30, time(new Date(Date.now() - day)), time(new Date(Date.now() + day)));
  const alternativeNames = der(0x30, der(0x06, bytes('551d11')), der(0x04, der(0x30, der(0x82, Buffer.from('localhost')))));
  const extensions = der(0xa3, der(0x30, alternativeNames));
  const version3 = der(0xa0, der(0x02, bytes('02')));
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const toSign = der(0x30, version3, der(0x02, bytes('01')), ecdsaWithSha256, name, validity, name, subjectKey, extensions);
  const certificate = der(0x30, toSign, ecdsaWithSha256, der(0x03, bytes('00'), sign('sha256', toSign, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}
