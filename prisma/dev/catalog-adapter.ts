/**
 * Prisma's PostgreSQL adapter, mended in the two places where the schema engine needs more of it than a client does.
 *
 * 1. The engine reads PostgreSQL's catalogue, whose columns of the internal type "char" (type 18) the adapter cannot read: they are
 *    passed through it as fixed-length text under a marked name, and given back as the single characters the engine expects.
 * 2. The adapter cuts a script at every semicolon, also inside functions, literals and comments: a script goes to the server whole.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const INTERNAL_CHAR = 18;
const FIXED_LENGTH_TEXT = 1042;
const MARK = '\u0000char';

interface RowDescription {
  fields: { name: string; dataTypeID: number }[];
}

class CatalogClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    // Registered before the client's own listener, so that everything above sees the changed description.
    connection.on('rowDescription', ({ fields }: RowDescription) => {
      for (const field of fields) {
        if (field.dataTypeID !== INTERNAL_CHAR) continue;
        field.dataTypeID = FIXED_LENGTH_TEXT;
        field.name += MARK;
      }
    });
  }
}

export class CatalogAdapterFactory extends PrismaPg {
  readonly #pool: pg.Pool;

  constructor(databaseUrl: string) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, Client: CatalogClient });
    super(pool);
    this.#pool = pool;
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      result.columnNames.forEach((name, index) => {
        if (!name.endsWith(MARK)) return;
        result.columnNames[index] = name.slice(0, -MARK.length);
        result.columnTypes[index] = ColumnTypeEnum.Character;
      });
      return result;
    };
    adapter.executeScript = async (script) => {
      await this.#pool.query(script).catch((error: unknown) => {
        throw asAdapterError(error);
      });
    };
    return adapter;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function asAdapterError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const code = error.code ?? 'XX000';
  return new DriverAdapterError({
    kind: 'postgres',
    code,
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
    originalCode: code,
    originalMessage: error.message,
  });
}
