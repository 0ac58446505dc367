import Type, { type TSchema } from 'typebox'
import type { Context } from '../../context.ts'

/** The schema of what Digital Channels answers around its data ("Secure email": referenceId, operationId, status, data). */
export function Envelope<Data extends TSchema>(data: Data) {
  return Type.Object({
    operationId: Type.String(),
    status: Type.Object({ code: Type.Literal('SUCCESS'), message: Type.String() }),
    data,
  })
}

/** Wraps what an operation found or did in the envelope of Digital Channels; `operationId` names the call in the log. */
export function succeeded<Data>(data: Data, { contextId }: Pick<Context, 'contextId'>) {
  return {
    operationId: contextId,
    status: { code: 'SUCCESS' as const, message: 'OK' },
    data,
  }
}
