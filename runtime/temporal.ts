import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { dataConverter } from '../crypto/data-converter.ts';
import { payloadCodec } from '../crypto/payload-codec.ts';
import type { Store } from '../records/store.ts';
import type { Config } from './config.ts';

const connectionOptions = ({ temporal }: Config) => ({
  address: temporal.address,
  ...(temporal.tls === null ? {} : { tls: temporal.tls }),
});

/** What client and worker share: sealed payloads, encoded failures. */
export const convertersOf = (store: Store) => dataConverter(payloadCodec(store.caseKeys));

/** `identity` is kept by Temporal in clear; the default would be the name of the machine. */
export const connectClient = async (config: Config, store: Store, identity: string): Promise<Client> => {
  // lazy, so that the API comes up, and takes cases, while Temporal is away
  const connection = Connection.lazy({ ...connectionOptions(config), connectTimeout: '5 seconds' });
  return new Client({ connection, namespace: config.temporal.namespace, identity, dataConverter: convertersOf(store) });
};

export const connectWorker = (config: Config): Promise<NativeConnection> => NativeConnection.connect(connectionOptions(config));
