import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { PreparedResponse, ResponseLibrary } from '../../store/response-records.ts'

/** The vendor's `Library`. */
export const Library = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  selfUri: Type.String(),
})

/** The vendor's `Response`. */
export const Response = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  libraries: Type.Array(Type.Object({ id: Type.String() })),
  texts: Type.Array(Type.Object({ content: Type.String() })),
  selfUri: Type.String(),
})

/** A library in the vendor's form. */
export function presentLibrary(library: ResponseLibrary) {
  const { id, name, version, createdMs, createdBy, responseType } = library
  return {
    id,
    name,
    version,
    ...byWhom(createdBy),
    dateCreated: isoTime(createdMs),
    ...(responseType === undefined ? {} : { responseType }),
    selfUri: `/api/v2/responsemanagement/libraries/${id}`,
  }
}

/** A prepared answer in the vendor's form. */
export function presentResponse(
  response: PreparedResponse,
  libraries: ReadonlyMap<string, ResponseLibrary>,
) {
  const { id, name, version, createdMs, createdBy, libraryIds } = response
  const { texts, substitutions, responseType, interactionType, messagingTemplate } = response
  return {
    id,
    name,
    version,
    libraries: libraryIds.map((libraryId) => ({
      id: libraryId,
      name: libraries.get(libraryId)?.name ?? libraryId,
      selfUri: `/api/v2/responsemanagement/libraries/${libraryId}`,
    })),
    texts,
    ...byWhom(createdBy),
    dateCreated: isoTime(createdMs),
    substitutions,
    ...(interactionType === undefined ? {} : { interactionType }),
    ...(responseType === undefined ? {} : { responseType }),
    ...(messagingTemplate === undefined ? {} : { messagingTemplate }),
    assets: [],
    selfUri: `/api/v2/responsemanagement/responses/${id}`,
  }
}

function byWhom(id: string | undefined) {
  return id === undefined ? {} : { createdBy: { id, selfUri: `/api/v2/users/${id}` } }
}
