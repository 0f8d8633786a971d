import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Checkout {
  id: string;
  object: string;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid';
  client_reference_id: string | null;
  amount_total: number;
  currency: string | null;
  payment_intent: { id: string; status: string } | null;
  url: string;
}

/** What stands for the payment service: it speaks as Stripe does, has a page on which is paid, and never tells anything by itself. */
export async function paymentService(): Promise<{ url: string; known: Record<string, string>; close: () => void }> {
  const checkouts = new Map<string, Checkout>();
  const kept = new Map<string, unknown>();
  const returned: Record<string, unknown>[] = [];
  let number = 0;
  let url = '';

  const page = (title: string, inside: string) => `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${inside}`;
  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const path = new URL(request.url ?? '/', url);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const typed = new URLSearchParams(Buffer.concat(parts).toString());
    const post = request.method === 'POST';
    const [, first, second, third, last] = path.pathname.split('/');
    if (first === 'setup') return [200, page('Who are you?', '<p>All is known.</p>')];
    if (first === 'pay') {
      const checkout = checkouts.get(second ?? '');
      if (!checkout) return [404, page('Nothing to pay', '')];
      if (post && checkout.status === 'open') {
        Object.assign(checkout, { status: 'complete', payment_status: 'paid', payment_intent: { id: checkout.id.replace('cs', 'pi'), status: 'succeeded' } });
      }
      return [200, post ? page('Thank you', '') : page('Pay here', '<form method="post"><button>Pay</button></form>')];
    }
    if (second === 'accounts') return [200, { id: third ?? `acct_${++number}`, charges_enabled: true }];
    if (second === 'account_links') return [200, { url: `${url}/setup/${typed.get('account')}` }];
    if (second === 'refunds' && !post) return [200, { data: returned.filter((one) => one.payment_intent === path.searchParams.get('payment_intent')) }];
    if (second === 'refunds') {
      returned.push({ id: 're_1', status: 'succeeded', amount: Number(typed.get('amount')), payment_intent: typed.get('payment_intent'), metadata: { refund: typed.get('metadata[refund]') } });
      return [200, returned.at(-1)];
    }
    if (second === 'checkout' && last) {
      const checkout = checkouts.get(last);
      if (!checkout) return [404, { error: { code: 'resource_missing' } }];
      if (path.pathname.endsWith('/expire')) checkout.status = 'expired';
      return [200, checkout];
    }
    const key = String(request.headers['idempotency-key']);
    if (!kept.has(key)) {
      const id = `cs_${++number}`;
      const checkout: Checkout = {
        id,
        object: 'checkout.session',
        status: 'open',
        payment_status: 'unpaid',
        client_reference_id: typed.get('client_reference_id'),
        amount_total: Number(typed.get('line_items[0][price_data][unit_amount]')),
        currency: typed.get('line_items[0][price_data][currency]'),
        payment_intent: null,
        url: `${url}/pay/${id}`,
      };
      checkouts.set(id, checkout);
      kept.set(key, checkout);
    }
    return [200, kept.get(key)];
  };

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      const isPage = typeof body === 'string';
      response.writeHead(status, { 'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json' });
      response.end(isPage ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const known = { DOGEAR_STRIPE_SECRET_KEY: 'sk_end2end', DOGEAR_STRIPE_WEBHOOK_SECRET: 'whsec_end2end', DOGEAR_STRIPE_URL: url };
  return { url, known, close: () => server.close() };
}
