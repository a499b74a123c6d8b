/** Finds Temporal's time-skipping test server, which lets a test live through months in a second. Needed by tests only. */
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../config.ts';
import { type Found, fetchedBySdk, type Log, onlyOneBuilds, onPath } from './found.ts';
import { output, runLong } from './process.ts';
import { toolsDir } from './root.ts';
import { findJava, findMaven } from './tools.ts';

const VERSION = '1.38.0';
const folder = path.join(toolsDir, `temporal-test-server-${VERSION}`);
const wrapper = path.join(folder, 'temporal-test-server');

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

/** The shell must give way to Java (exec), else ending the wrapper would leave the server running. */
const WRAPPER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

/** In this order: TEMPORAL_TEST_SERVER_PATH, an earlier build, the SDK's own download, Maven and Java. */
export async function findTestServer(log: Log): Promise<Found> {
  const named = environment['TEMPORAL_TEST_SERVER_PATH'];
  if (named) {
    return (await stat(named).catch(() => null))
      ? { found: true, path: named, how: 'TEMPORAL_TEST_SERVER_PATH' }
      : { found: false, why: `TEMPORAL_TEST_SERVER_PATH names ${named}, which does not exist: mend or unset it.` };
  }
  if (await built()) return { found: true, path: wrapper, how: 'built earlier' };
  return onlyOneBuilds('temporal-test-server', async () => {
    if (await built()) return { found: true, path: wrapper, how: 'built by another run' };
    const fetched = await fetchedBySdk('test-server', log);
    if (fetched) return { found: true, path: fetched, how: "the SDK's download" };
    const failed = await buildWithMaven(log);
    if (!failed) return { found: true, path: wrapper, how: 'built with Maven' };
    return {
      found: false,
      why: `The Temporal test server is missing: name it in TEMPORAL_TEST_SERVER_PATH. Building it did not work: ${failed}.`,
    };
  });
}

async function built(): Promise<boolean> {
  return Boolean(await stat(wrapper).catch(() => null)) && (await output('java', ['-version'])) !== null;
}

async function buildWithMaven(log: Log): Promise<string | null> {
  for (const tool of [await findJava(log), await findMaven(log)]) if (!tool.found) return tool.why;
  const maven = (await onPath('mvn')) ?? 'mvn';
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(path.join(partial, 'pom.xml'), POM);
  const failed = await runLong(maven, ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'], {
    says: 'Fetching the Temporal test server with Maven (38 MB)',
    log,
    ms: 900_000,
    cwd: partial,
  });
  if (failed) return failed;
  const script = path.join(partial, 'temporal-test-server');
  await writeFile(script, WRAPPER);
  await chmod(script, 0o755);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return null;
}
