// Must be the first import of every program: an older Node fails later and in words that help
// nobody. `npm run` brings the right Node by itself; a bare `node dist/hub.js` may not.

const nodeMinimum = [24, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < nodeMinimum[0] || (major === nodeMinimum[0] && minor < nodeMinimum[1])) {
  console.error(
    `This program needs Node ${nodeMinimum.join('.')} or newer, and this is ${process.version}. ` +
      'Run ./deploy.sh in the folder local-server, which brings the right Node along; then start it ' +
      'with "npm run production".',
  );
  process.exit(1);
}
