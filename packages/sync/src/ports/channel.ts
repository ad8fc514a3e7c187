// The hub's end of all its sockets. Frames are whole texts; order within one socket is kept.

export type SocketId = string;

export interface Channel {
  /** Writes one frame, encoded once, to each socket. Unknown or closed sockets are passed over. */
  send(sockets: readonly SocketId[], text: string): void;
  close(socket: SocketId, code: number, reason: string): void;
}
