import { JsonNumber } from './number.ts'
import { isObject, type JsonValue } from './value.ts'
import { writeJson } from './write.ts'

/**
 * Prints a value as Java's `toString()` would: `{id=c1, list=["a"]}` for objects, JSON for arrays, bare text
 * for strings. Error messages and `concat()` show values like that.
 */
export function javaText(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (!isObject(value)) return writeJavaJson(value)
  const members: string[] = []
  for (const [key, member] of value) members.push(`${key}=${javaText(member)}`)
  return `{${members.join(', ')}}`
}

/** Names the Java class that JSON-smart uses for a value, as error messages name it; `null` for null. */
export function javaClassName(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'java.lang.Boolean'
  if (typeof value === 'string') return 'java.lang.String'
  if (value instanceof JsonNumber) return numberClasses[value.type]
  return Array.isArray(value) ? 'net.minidev.json.JSONArray' : 'java.util.LinkedHashMap'
}

const numberClasses = {
  int: 'java.lang.Integer',
  long: 'java.lang.Long',
  bigInteger: 'java.math.BigInteger',
  double: 'java.lang.Double',
  bigDecimal: 'java.math.BigDecimal',
  float: 'java.lang.Float',
} as const

/** Arrays print themselves as JSON with escaped slashes; a bare number prints `Infinity` as it is. */
function writeJavaJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text
  return Array.isArray(value) ? writeJson(value).replaceAll('/', '\\/') : writeJson(value)
}
