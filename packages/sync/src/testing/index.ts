// What tests of other packages may use: contract suites and memory ports.

export { deviceStorageContract, type DeviceStorageUnderTest } from './device-storage-contract.ts';
export { MemoryDeviceStorage } from './memory-device-storage.ts';
export { MemoryStore } from './memory-store.ts';
export { storeContract, type StoreUnderTest } from './store-contract.ts';
export { entryAfter, entryOf, genesis, rowAt, transactionOf } from './store-samples.ts';
