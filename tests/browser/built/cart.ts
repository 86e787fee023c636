/** What a cart costs. */
export type Item = { name: string; price: { cents: number } | null };

const TAX = 0.19;

export function priceOf(item: Item): number {
  const { price } = item;
  // an item that was never priced has none
  return Math.round(price!.cents * (1 + TAX));
}

export class Cart {
  items: Item[] = [];

  add(item: Item): this {
    this.items.push(item);
    return this;
  }
}
