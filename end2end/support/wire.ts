import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';

/** Parts of headers that differ between answers of one kind. */
const VARIES = /\b(?:[0-9a-f]{8,}|[0-9A-Za-z_-]{16,}|\d+)\b/g;

/** Answers as they come over the wire, for a linter of HTTP (httplint): of each shape of headers one. */
export class Answers {
  private readonly shapes = new Map<string, { where: string; bytes: Buffer }>();

  /** Asks for an address once more, past the browser, and keeps the answer when it has a new shape. */
  async keep(address: URL, cookies: { name: string; value: string }[]): Promise<void> {
    const bytes = await answer(address, cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
    const head = bytes.subarray(0, bytes.indexOf('\r\n\r\n')).toString('latin1');
    const shape = head
      .split('\r\n')
      .map((line) => line.replace(VARIES, '?'))
      .sort()
      .join('\n');
    if (!this.shapes.has(shape)) this.shapes.set(shape, { where: address.pathname, bytes });
  }

  /** Everything that the linter calls bad or warns of. */
  problems(): string[] {
    if (this.shapes.size === 0) return ['no answer was kept for the linter of HTTP'];
    return [...this.shapes.values()].flatMap(({ where, bytes }) => {
      const run = spawnSync(process.env.HTTPLINT ?? 'httplint', [], { input: bytes, encoding: 'utf8' });
      if (run.status !== 0) return [`the linter of HTTP did not run: ${run.error ?? run.stderr}`];
      return run.stdout
        .split('\n')
        .filter((line) => /^\* \[(BAD|WARN)\]/.test(line))
        .map((line) => `${where}: HTTP: ${line.slice(2)}`);
    });
  }
}

/** The bytes that answer a GET. */
function answer(address: URL, cookie: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(address.port || 80), address.hostname, () => {
      const head = [
        `GET ${address.pathname}${address.search} HTTP/1.1`,
        `Host: ${address.host}`,
        'Accept: text/html,*/*;q=0.8',
        'Accept-Encoding: gzip, br',
        'Connection: close',
        ...(cookie === '' ? [] : [`Cookie: ${cookie}`]),
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts)));
    socket.on('error', reject);
  });
}
