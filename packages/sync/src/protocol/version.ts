// The wire version: one integer, raised by hand whenever a message changes shape.
//
// 1  2026-11  first version.

export const protocolVersion = 1;
/** Older devices are served no data; delivering their orders stays possible (`pushOnly`). */
export const protocolFloor = 1;
