// One answer to "is the hub all right?", for people, for screens and for programs that watch it.
// Each part of the hub adds a source that names what is wrong with it now and how to fix it.

export type HealthReason = {
  /** degraded: orders still move; failing: they do not. */
  severity: 'degraded' | 'failing';
  code: string;
  message: string;
  fix: string;
};

/** Read on every question, so it must be cheap. An empty list means: all is well here. */
export type HealthSource = () => HealthReason[];

export type Health = {
  status: 'ok' | 'degraded' | 'failing';
  reasons: { code: string; message: string; fix: string }[];
};

export function readHealth(sources: readonly HealthSource[]): Health {
  const reasons = sources.flatMap((source) => readSource(source));
  const isFailing = reasons.some((reason) => reason.severity === 'failing');
  const healthyOrNot = reasons.length === 0 ? 'ok' : 'degraded';
  return {
    status: isFailing ? 'failing' : healthyOrNot,
    reasons: reasons.map(({ code, message, fix }) => ({ code, message, fix })),
  };
}

/** A part that cannot even say how it is must not take the answer about the others with it. */
function readSource(source: HealthSource): HealthReason[] {
  try {
    return source();
  } catch (error) {
    return [
      {
        severity: 'failing',
        code: 'HEALTH_UNREADABLE',
        message: `A part of the hub could not say how it is: ${String(error)}`,
        fix: 'Restart the hub. If this comes back, send its log to whoever looks after it.',
      },
    ];
  }
}
