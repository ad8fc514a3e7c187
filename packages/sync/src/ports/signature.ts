// Ed25519 over UTF-8 text (RFC 8032): keys and signatures in base64url without padding.

export interface Verifier {
  verify(publicKey: string, text: string, signature: string): boolean;
}

export interface Signer {
  readonly publicKey: string;
  sign(text: string): string;
}
