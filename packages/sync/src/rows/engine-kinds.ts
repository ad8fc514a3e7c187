// The kinds of row that are the engine's own: a domain that wrote one by mistake would break pairing,
// receipts or recovery.

export const engineKinds: ReadonlySet<string> = new Set([
  'attention',
  'deferred',
  'device',
  'epoch',
  'receiptNumber',
  // Only in the storage of a device, before the key of a row that the hub lost.
  'stranded',
]);
