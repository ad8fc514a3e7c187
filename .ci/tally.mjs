// Counts for `.ci/run`. A stage leaves a file with its counts: Vitest's own JSON report, or
// {passed, failed, skipped}. A stage that leaves none counts as one, passed or failed.
//
// Usage: node .ci/tally.mjs stage FILE STATUS    makes sure the stage's file is there and honest
//        node .ci/tally.mjs sum FOLDER           prints the sum as the last line

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [, , action, target, status] = process.argv;

if (action === 'stage') {
  const counts = existsSync(target) ? read(target) : { passed: 0, failed: 0, skipped: 0 };
  const isEmpty = counts.passed + counts.failed + counts.skipped === 0;
  // A program that fails although nothing it counted did has failed in another way.
  if (status !== '0' && counts.failed === 0) counts.failed += 1;
  else if (isEmpty) counts.passed += 1;
  writeFileSync(target, JSON.stringify(counts));
} else {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(target)) {
    const counts = read(path.join(target, name));
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exitCode = sum.failed + sum.skipped === 0 ? 0 : 1;
}

function read(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  if (report.numTotalTests === undefined) return report;
  const brokenFiles = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
