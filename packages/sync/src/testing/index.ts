// What tests of other packages may use: contract suites and memory ports.

export { channelContract, type ChannelUnderTest, type Peer } from './channel-contract.ts';
export { clockContract } from './clock-contract.ts';
export { deviceStorageContract, type DeviceStorageUnderTest } from './device-storage-contract.ts';
export { hashContract } from './hash-contract.ts';
export { idsContract } from './ids-contract.ts';
export { MemoryStore } from './memory-store.ts';
export { signerContract, verifierContract } from './signature-contract.ts';
export { storeContract, type StoreUnderTest } from './store-contract.ts';
export { entryAfter, entryOf, genesis, rowAt, transactionOf } from './store-samples.ts';
