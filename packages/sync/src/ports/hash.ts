// SHA-256 and HMAC-SHA-256 over UTF-8 text, in lower-case hex. RFC 6234, RFC 2104.

export interface Hash {
  sha256(text: string): string;
  hmac(key: string, text: string): string;
}
