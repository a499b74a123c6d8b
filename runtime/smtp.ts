import { createTransport, type Transport, type TransportOptions } from '../mail/transport.ts';

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** The transport behind SMTP_URL: smtps:// is sealed from the first byte, smtp:// is upgraded before anything is said, and plain only to this machine itself. */
export const transportFrom = (smtpUrl: string, clientName: string): Transport => createTransport(smtpOptions(smtpUrl, clientName));

const smtpOptions = (smtpUrl: string, clientName: string): TransportOptions => {
  const url = new URL(smtpUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const sealed = url.protocol === 'smtps:';
  const upgraded = url.searchParams.get('requireTLS') === 'true' || !isLoopback(host);
  const auth = url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } };
  return {
    host,
    port: Number(url.port) || (sealed ? 465 : 587),
    security: sealed ? 'tls' : upgraded ? 'starttls' : 'none',
    clientName,
    ...auth,
  };
};
