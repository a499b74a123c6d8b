/**
 * The floor: what the desk's own parts cost when they do nothing but take a request and keep a row. An Express 5 app, one transaction with one
 * insert, on the desk's PostgreSQL server, with as many connections as the API has. `POST /<bytes>` parses the body and keeps a row of so many bytes.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
await pool.query('CREATE SCHEMA bench');
await pool.query('CREATE TABLE bench.floor (id uuid PRIMARY KEY, sealed bytea NOT NULL, at timestamptz NOT NULL)');

/** Random, as sealed text is: PostgreSQL would press anything else together. */
const insert = async (bytes: number): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO bench.floor VALUES ($1, $2, $3)', [randomUUID(), randomBytes(bytes), new Date()]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
};

const app = express();
app.post('/:bytes', express.json({ limit: '1mb' }), express.urlencoded({ extended: false }), async (request, response) => {
  if (request.body === undefined) throw new Error('the floor reads the same body as the desk');
  await insert(Number(request.params.bytes));
  response.status(201).json({ kept: true });
});
const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
