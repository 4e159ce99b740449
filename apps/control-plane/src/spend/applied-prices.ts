import type { DatabaseHandle } from '../database/database.js';
import type { AppliedPrice } from './rating.js';

/** Writes down prices that are about to charge something. Those that are known already stay as they are. */
export async function keepPrices(database: DatabaseHandle, prices: readonly AppliedPrice[]): Promise<void> {
  const distinct = new Map(prices.map((price) => [price.id, price]));
  if (distinct.size === 0) return;
  const known = await database
    .selectFrom('prices')
    .select('id')
    .where('id', 'in', [...distinct.keys()])
    .execute();
  for (const { id } of known) distinct.delete(id);
  if (distinct.size === 0) return;
  await database
    .insertInto('prices')
    .values(
      [...distinct.values()]
        .toSorted((left, right) => (left.id < right.id ? -1 : 1))
        .map(({ id, family, model, price, source }) => ({ id, family, model, price: JSON.stringify(price), source })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
