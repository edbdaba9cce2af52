import type { Visit, VisitorOperation, VisitReply } from 'toofan';

/**
 * How people come to a sale. Of four visits two are shoppers, who search, look, see recommendations and then buy; one is a deal
 * hunter, who buys at once; one is a bot, which looks twice, 50 ms apart, and buys: twelve requests in four visits, so that there
 * are three times as many requests as orders. The shares are our own choice; there is no published figure.
 */
export default function sale(visit: Visit): void {
  const order = visit.operations.find(({ kind, attempt }) => kind === 'order' && attempt === 1);
  if (order !== undefined) buy(visit, order);
  // Follow-ups on earlier orders: a double click, a change of mind.
  for (const operation of visit.operations) {
    if (operation.kind === 'cancellation') cancel(visit, operation);
    else if (operation !== order) place(visit, operation);
  }
}

const thinkMs = { look: 60, decide: 120, bot: 50 } as const;

function buy(visit: Visit, order: VisitorOperation): void {
  const look = { path: `/products/${order.key}` };
  switch (visit.number % 4) {
    case 0: // a hunter
      break;
    case 1: // a bot
      for (let time = 0; time < 2; time++) {
        visit.request('browse', look);
        visit.think(thinkMs.bot);
      }
      break;
    default: // a shopper
      visit.request('search', { path: `/search?q=${words[visit.number % words.length]}` });
      visit.think(thinkMs.look);
      visit.request('browse', look);
      visit.think(thinkMs.look);
      visit.request('recommendations', { path: `${look.path}/recommendations` });
      visit.think(thinkMs.decide);
  }
  place(visit, order);
}

/** Words from the inventory's catalogue. */
const words = ['saree', 'smartphone', 'kurta', 'laptop', 'shoes', 'watch', 'earbuds', 'cooker'] as const;

function place(visit: Visit, order: VisitorOperation): void {
  const { op, attempt, key, quantity, amountPaise, detail } = order;
  const reply = visit.request('order', {
    method: 'POST',
    path: '/orders',
    headers: { 'Idempotency-Key': String(op) },
    body: {
      product: key,
      quantity,
      amountPaise,
      press: attempt,
      premium: order.class === 'premium',
      city: detail['city'],
      payment: detail['payment'],
    },
    about: order,
  });
  settle(visit, order, reply);
}

function cancel(visit: Visit, cancellation: VisitorOperation): void {
  const { op, attempt, key, quantity, subjectOp } = cancellation;
  const reply = visit.request('cancel', {
    method: 'POST',
    path: `/orders/${subjectOp}/cancellation`,
    headers: { 'Idempotency-Key': String(op) },
    body: { product: key, quantity, press: attempt, premium: cancellation.class === 'premium' },
    about: cancellation,
  });
  settle(visit, cancellation, reply);
}

const asksAgain = { everyMs: 500, atMost: 6 } as const;

/** A shopper who is told "not yet" polls the status until there is one. */
function settle(visit: Visit, operation: VisitorOperation, reply: VisitReply): void {
  if (reply.status !== 202) return;
  for (let time = 0; time < asksAgain.atMost; time++) {
    visit.think(asksAgain.everyMs);
    if (visit.request('status', { path: `/orders/${operation.op}`, about: operation }).status === 200) return;
  }
}
