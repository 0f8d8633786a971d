import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dogear } from '../support/site';
import { expect, test } from '../support/test';

/** Members of the demo community, with everything that a token of theirs can open. */
const CALLERS = [
  { name: 'visitors', token: async () => '' },
  { name: 'readers', token: () => token('ana_m', 'read,shelf,trade,orders,events,notify') },
  { name: 'moderators', token: () => token('keeper', 'read,shelf,trade,orders,events,notify,desk') },
];
/** What is asked of each answer. A call that the document allows may still be refused by how things are: that is a 409 or a 422. */
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_headers_conformance', 'response_schema_conformance', 'unsupported_method', 'ignored_auth'];

/** Takes a line of JSON for each thing, which the tester cannot make: tested in `app/api`. */
const LINES = 'create_copies';

async function token(handle: string, scopes: string): Promise<string> {
  const said = await dogear('token', 'create', handle, '--name', 'tester', '--scopes', scopes, '--days', '7');
  return /^dogear_\S+/m.exec(said)?.[0] ?? '';
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with “cargo xtask test browser”.`);
  return value;
}

test.describe('every operation answers as it is described to', () => {
  test.setTimeout(900_000);
  // One after the other: what an address may ask for without a token, they share.
  test.describe.configure({ mode: 'default' });

  for (const caller of CALLERS) {
    test(caller.name, async () => {
      const secret = await caller.token();
      const url = new URL(variable('DOGEAR_URL')).origin;
      const known = secret === '' ? [] : [`--header=Authorization: Bearer ${secret}`];
      const asked = ['run', `${url}/api/openapi.json`, '--url', url, '--checks', CHECKS.join(','), '--phases', 'examples,coverage,fuzzing', '--max-examples', '5', '--generation-deterministic', '--continue-on-failure', '--no-color', '--request-timeout', '20', '--exclude-operation-id', LINES, ...known];
      const run = await promisify(execFile)(variable('SCHEMATHESIS'), asked, { maxBuffer: 64 * 1024 * 1024 }).then(
        ({ stdout }) => ({ passed: true, said: stdout }),
        (error: { stdout?: string; stderr?: string }) => ({ passed: false, said: `${error.stdout}${error.stderr}` }),
      );
      const summary = run.said.slice(run.said.indexOf('= SUMMARY'));
      console.log(`${caller.name}: ${summary}`);
      expect(run.passed, run.said.slice(-20_000)).toBe(true);
      expect(summary).toMatch(/Tested: \d\d+/);
    });
  }
});
