// Everything has a limit. Hub and device read the same constants; the hub also says them in welcome.

export const frameBytesMax = 256 * 1024;
export const commandBytesMax = 32 * 1024;
export const jsonDepthMax = 8;
export const helloWithinMs = 5_000;
export const pingAfterMs = 5_000;
export const pongWithinMs = 5_000;
/** A socket from which nothing came for so long is taken for dead by the hub. */
export const silenceMsMax = 20_000;
export const reconnectMsMin = 250;
export const reconnectMsMax = 5_000;
/** A device that is told to wait longer waits so long, and up to as long again by chance. */
export const retryMsMax = 300_000;
/** A view is told at most once in so long. */
export const tellEveryMs = 5;
/** A socket with more than this waiting is behind and is told nothing. */
export const behindBytes = 256 * 1024;
export const commandsPerSecond = 50;
export const commandsBurst = 1_000;
export const commandsInFlightMax = 256;
export const batchCommandsMax = 512;
/** Commands of one device the hub keeps waiting before it says busy. */
export const waitingCommandsMax = 2_048;
/** What a revoked device delivered and nobody has decided on yet; above it the hub takes no more. */
export const revokedCommandsMax = 1_000;
/** Devices unknown to the hub that ask to be let in, as far as it remembers them. */
export const knocksMax = 32;
/** What devices offer again and is not decided yet: so much of one device is held, so much of all. */
export const offersOfDeviceBytesMax = 16 * 1024 * 1024;
export const offersBytesMax = 64 * 1024 * 1024;
/** A journal entry is kept at least so long, however safe it is elsewhere. */
export const journalKeptMs = 72 * 3_600_000;
export const openAttentionMax = 200;
/** Rows that one report of a device may name. */
export const strandedReportRowsMax = 50;
export const textLengthMax = 256;
/** Past this many changed rows a catch-up part ends and the next begins. */
export const partBytes = 128 * 1024;
