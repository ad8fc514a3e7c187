// Money that changed hands. It is kept whatever else is true of the order.

export type PaymentFlag = 'unknownOrder' | 'afterClose' | 'overpaid';

export type PaymentRow = {
  readonly order: string;
  readonly tender: 'cash';
  /** What the order is paid with. */
  readonly amountMinor: number;
  /** What the guest handed over, where somebody typed it in. */
  readonly givenMinor: number | null;
  readonly takenBy: string;
  readonly day: string;
  /** What was strange when it came. */
  readonly flags: readonly PaymentFlag[];
};

/** Carries its order, so that no id used on another order can hide or replace it. */
export function paymentKey(order: string, payment: string): string {
  return `payment/${order}.${payment}`;
}
