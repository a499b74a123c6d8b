/** Each variable of the environment: its shape, its default, and the sentence for a wrong one. Documented in .env.example. */
import { z } from 'zod';

/** Stand-ins for one machine; production has none of them. They match what `npm start` brings up. */
export const developmentDefaults: Readonly<Record<string, string>> = {
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  SMTP_URL: 'smtp://127.0.0.1:1025',
  MAIL_FROM: 'desk@sos.example',
  MAIL_MESSAGE_ID_DOMAIN: 'sos.example',
  PUBLIC_URL: 'http://127.0.0.1:8080',
  KEYRING_FILE: '.local/keyring.json',
};

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** zod asks for the sentence with the input at hand: a missing variable and a wrong one are different mistakes. */
const says = (wanted: string) => ({
  error: (issue: { input?: unknown }) => `${issue.input === undefined ? 'is missing' : 'is not valid'}: ${wanted}`,
});

const text = (wanted: string, holds: (value: string) => boolean) => z.string(says(wanted)).refine(holds, says(wanted));
const url = (wanted: string, ...schemes: string[]) =>
  text(wanted, (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol) && new URL(value).hostname !== '');
const count = (wanted: string, min: number, max: number) =>
  text(wanted, (value) => /^\d{1,6}$/.test(value) && Number(value) >= min && Number(value) <= max).transform(Number);
const port = (value: string) => count('set it to a port between 1 and 65535', 1, 65_535).default(Number(value));
const isOrigin = (value: string): boolean =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && `${new URL(value).origin}/` === new URL(value).href;
const longToken = 'set it to a random token of at least 32 characters';

export const variables = z.object({
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], says('set it to debug, info, warn or error')).default('info'),
  DATABASE_URL: url('set it to a postgresql:// address, or DATABASE_URL_FILE to a file that holds one', 'postgresql:', 'postgres:'),
  TEMPORAL_ADDRESS: text("set it to the Temporal server's host:port", (value) => {
    const [, host, digits] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
    return host !== undefined && (HOST_NAME.test(host) || /^\[[0-9a-f:]+\]$/i.test(host)) && Number(digits) > 0 && Number(digits) < 65_536;
  }),
  TEMPORAL_NAMESPACE: text('set it to the name of the namespace', (value) => /^[\w.-]{2,120}$/.test(value)).default('default'),
  TEMPORAL_TLS_CA_FILE: z.string().optional(),
  TEMPORAL_TLS_CERT_FILE: z.string().optional(),
  TEMPORAL_TLS_KEY_FILE: z.string().optional(),
  SMTP_URL: url('set it to an smtps:// or smtp:// address, or SMTP_URL_FILE to a file that holds one', 'smtp:', 'smtps:'),
  MAIL_FROM: text('set it to the bare address the desk writes from', (value) => {
    const at = value.lastIndexOf('@');
    return /^[\w.+-]{1,64}$/.test(value.slice(0, Math.max(at, 0))) && HOST_NAME.test(value.slice(at + 1));
  }),
  MAIL_MESSAGE_ID_DOMAIN: text('set it to the domain that Message-IDs end in', (value) => HOST_NAME.test(value)),
  MAIL_RATE_PER_SECOND: count('set it to the messages per second the mail provider allows, 1 to 1000', 1, 1000).default(5),
  PUBLIC_URL: text('set it to the origin of the links, such as https://desk.example, with no path', isOrigin),
  API_HOST: text('set it to the address to listen on', (value) => HOST_NAME.test(value) || /^[0-9a-f:]+$/i.test(value)).default(
    '127.0.0.1',
  ),
  API_PORT: port('8080'),
  TRUST_PROXY: count('set it to the number of proxies in front of the API, 0 to 5', 0, 5).default(0),
  METRICS_TOKEN: text(longToken, (value) => value.length >= 32).optional(),
  WORKER_HEALTH_HOST: text('set it to the address to listen on', (value) => HOST_NAME.test(value) || /^[0-9a-f:]+$/i.test(value)).default(
    '127.0.0.1',
  ),
  WORKER_HEALTH_PORT: port('8081'),
  KEYRING_FILE: z.string(says('set it to the path of the keyring file, which no other user may read')),
  COUNTRY_NAMES_FILE: z.string().optional(),
  CHECKPOINT_DIR: z.string().optional(),
  BACKUP_DIR: z.string().optional(),
  CODEC_SERVER_ENABLED: z
    .enum(['true', 'false'], says('set it to true or false'))
    .default('false')
    .transform((value) => value === 'true'),
  CODEC_SERVER_PORT: port('8088'),
  CODEC_SERVER_TOKEN: text(longToken, (value) => value.length >= 32).optional(),
  CODEC_SERVER_ALLOWED_ORIGIN: text('set it to the one origin allowed to ask, such as http://127.0.0.1:8233', isOrigin).optional(),
});

export type Values = z.output<typeof variables>;
