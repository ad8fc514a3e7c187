// What every channel must do with its sockets. An adapter's own test says how a device connects.

import { afterEach, describe, expect, it } from 'vitest';

import type { Channel, SocketId } from '../ports/channel.ts';

/** A device's end of one socket. */
export interface Peer {
  /** As the channel calls the hub's end. */
  readonly socket: SocketId;
  /** The next frame that arrives; waits for it. */
  next(): Promise<string>;
  say(text: string): void;
  /** How the hub's end was closed; waits for it. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Ends it from the device's side, and settles when the channel has noticed. */
  leave(): Promise<void>;
}

export interface ChannelUnderTest {
  readonly channel: Channel;
  connect(): Promise<Peer>;
  /** The next frame of any device that the channel hands on; waits for it. */
  heard(): Promise<{ readonly socket: SocketId; readonly text: string }>;
  dispose(): Promise<void>;
}

const frameBytes = 256 * 1_024;

/** @param open makes a new channel without sockets each time */
export function channelContract(name: string, open: () => Promise<ChannelUnderTest>): void {
  describe(`${name} keeps the contract of a channel`, () => {
    const opened: ChannelUnderTest[] = [];
    const fresh = async (): Promise<ChannelUnderTest> => {
      const under = await open();
      opened.push(under);
      return under;
    };
    afterEach(async () => {
      for (const under of opened.splice(0)) await under.dispose();
    });

    it('brings frames of one socket in their order', async () => {
      const { channel, connect } = await fresh();
      const peer = await connect();
      const texts = Array.from({ length: 200 }, (_, index) => `frame ${index}`);
      for (const text of texts) channel.send([peer.socket], text);
      for (const text of texts) expect(await peer.next()).toBe(text);
    });

    it('brings one frame to each socket that is named, and to no other', async () => {
      const { channel, connect } = await fresh();
      const [one, other, third] = [await connect(), await connect(), await connect()];
      channel.send([one.socket, third.socket], 'for two');
      channel.send([other.socket], 'for one');
      expect(await one.next()).toBe('for two');
      expect(await third.next()).toBe('for two');
      expect(await other.next()).toBe('for one');
    });

    it('hands on what devices say, with the socket it came on, in order', async () => {
      const { connect, heard } = await fresh();
      const peer = await connect();
      const texts = ['first', 'second', 'é 😀 \u2028'];
      for (const text of texts) peer.say(text);
      for (const text of texts) expect(await heard()).toEqual({ socket: peer.socket, text });
    });

    it('leaves every character and the longest frame as it is', async () => {
      const { channel, connect } = await fresh();
      const peer = await connect();
      const odd = `"\\/\b\f\n\r\t \u2028\u2029 é € 😀 \u202e right to left`;
      const long = 'x'.repeat(frameBytes);
      channel.send([peer.socket], odd);
      channel.send([peer.socket], long);
      expect(await peer.next()).toBe(odd);
      expect(await peer.next()).toBe(long);
    });

    it('closes with code and reason, after what was sent before', async () => {
      const { channel, connect } = await fresh();
      const peer = await connect();
      channel.send([peer.socket], 'goodbye');
      channel.close(peer.socket, 4002, 'BAD_FRAME');
      expect(await peer.next()).toBe('goodbye');
      expect(await peer.closed()).toEqual({ code: 4002, reason: 'BAD_FRAME' });
    });

    it('passes over sockets that it does not know, or knows no more', async () => {
      const { channel, connect } = await fresh();
      const [gone, there] = [await connect(), await connect()];
      await gone.leave();
      channel.send(['nobody', gone.socket, there.socket], 'still here');
      channel.close('nobody', 4000, 'SILENT');
      channel.close(gone.socket, 4000, 'SILENT');
      expect(await there.next()).toBe('still here');
    });

    it('gives two sockets two names, also one after the other', async () => {
      const { connect } = await fresh();
      const first = await connect();
      await first.leave();
      const second = await connect();
      const third = await connect();
      expect(new Set([first.socket, second.socket, third.socket]).size).toBe(3);
    });
  });
}
