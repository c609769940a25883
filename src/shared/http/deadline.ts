import type { FastifyReply, FastifyRequest } from 'fastify';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const LATE = Symbol('late');

/** Answers with `onLate` what the handler has not answered after so long; what it says later is not heard. */
export function withDeadline(handler: Handler, ms: number, onLate: Handler): Handler {
  return async (request, reply) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), ms);
    });
    try {
      const answer = await Promise.race([handler(request, reply), late]);
      return answer === LATE ? await onLate(request, reply) : answer;
    } finally {
      clearTimeout(timer);
    }
  };
}
