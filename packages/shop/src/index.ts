// What the hub, the screens and the command line may use of the shop.

export { createShop } from './shop.ts';
export { type CommandRight, commandTable } from './command-table.ts';
export { type BoardRow, boardKey } from './board/board-row.ts';
export { type CardData, cardNumberIn, cardNumberInId } from './card-number/card-number.ts';
export { refusalOf as cardRefusal } from './card-number/withheld.ts';
export {
  type CounterRow,
  counterKey,
  nextOrderNumber,
  type OrderNumber,
  orderLabel,
} from './counter/order-number.ts';
export type { Opening } from './day/business-day.ts';
export {
  type Choice,
  itemKey,
  type ItemRow,
  type Offer,
  offerOf,
  type PriceVersion,
} from './menu/item-row.ts';
export { putItem } from './menu/put.ts';
export { lineKey, type LineRow } from './order/line-row.ts';
export { orderKey, type OrderRow } from './order/order-row.ts';
export { orderTotal, paidTotal } from './order/totals.ts';
export { type PaymentFlag, paymentKey, type PaymentRow } from './payment/payment-row.ts';
export {
  orderOfTicket,
  ticketIdOf,
  ticketKey,
  type TicketLine,
  type TicketRow,
  type TicketState,
} from './ticket/ticket-row.ts';
