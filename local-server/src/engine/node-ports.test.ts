import { clockContract, hashContract, idsContract, verifierContract } from '@pos-sync/sync/testing';

import { nodeClock, nodeHash, nodeIds, nodeVerifier } from './node-ports.ts';

hashContract('The hash of the hub', nodeHash);
idsContract('The ids of the hub', nodeIds);
clockContract('The clock of the hub', nodeClock);
verifierContract('The verifier of the hub', nodeVerifier);
