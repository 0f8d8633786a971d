import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const CHECKER = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');

/** One message of the Nu HTML checker. */
interface Message {
  type: string;
  url: string;
  message: string;
  extract?: string;
}

/** Pages as the server sent them, for the Nu HTML checker: what a browser has read hides mistakes. */
export class Markup {
  private readonly pages = new Map<string, string>();

  /** Keeps one page; where it is from stands in the list of problems. */
  keep(where: string, html: string): void {
    this.pages.set(where, html);
  }

  /** Every error in the pages that were kept. All are read in one go: starting Java takes longest. */
  problems(): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'markup-'));
    try {
      const from = new Map<string, string>();
      for (const [where, html] of this.pages) {
        const file = join(folder, `${from.size}.html`);
        writeFileSync(file, html);
        from.set(basename(file), where);
      }
      const run = spawnSync('java', ['-Xss4m', '-jar', CHECKER, '--errors-only', '--format', 'json', '--exit-zero-always', ...[...from.keys()].map((file) => join(folder, file))], {
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
      });
      if (run.status !== 0) return [`the HTML checker did not run: ${run.error ?? run.stderr}`];
      const { messages } = JSON.parse(run.stderr) as { messages: Message[] };
      return messages.map(({ url, message, extract }) => `${from.get(basename(new URL(url).pathname))}: HTML: ${message} ${extract ?? ''}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
