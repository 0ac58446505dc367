import { readFileSync } from 'node:fs'

/** One field of a model, as the official SDK declares it. */
interface Field {
  readonly name: string
  readonly type: string
  readonly required: boolean
}

const sdk = new URL('../../node_modules/purecloud-platform-client-v2/index.d.ts', import.meta.url)
const enumFile = new URL('enum-values.txt', import.meta.url)

/**
 * What the official SDK says of its models and operations, read from its type declarations; the values of enumerations,
 * which those do not tell, from `enum-values.txt`.
 */
export class SdkModels {
  readonly #declarations = readFileSync(sdk, 'utf8')
  readonly #models = new Map<string, readonly Field[]>()
  readonly #values = new Map<string, ReadonlySet<string>>()

  constructor() {
    for (const line of readFileSync(enumFile, 'utf8').split('\n')) {
      const [field = '', ...values] = line.split(' ')
      if (field !== '#' && field !== '') this.#values.set(field, new Set(values))
    }
  }

  /** The type that an operation's method of `ConversationsApi` resolves to, such as `Models.MessageData`. */
  replyOf(operationId: string): string | undefined {
    const pattern = new RegExp(`^\\s*${operationId}\\([^\\n]*\\): Promise<(.*)>;`, 'm')
    return pattern.exec(this.#declarations)?.[1]
  }

  /** What is wrong with a value that should be of that type; nothing, when it is right. */
  problems(value: unknown, type: string, at = ''): readonly string[] {
    if (value === null) return [`${at} is null`]
    const list = /^Array<(.*)>$/.exec(type)?.[1]
    if (list !== undefined) {
      if (!Array.isArray(value)) return [`${at} is no list`]
      return value.flatMap((one, index) => this.problems(one, list, `${at}[${index}]`))
    }
    const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1]
    if (map !== undefined) {
      if (typeof value !== 'object') return [`${at} is no map`]
      return Object.entries(Object(value)).flatMap(([key, one]) =>
        this.problems(one, map, `${at}.${key}`),
      )
    }
    const model = /^Models\.(\w+)$/.exec(type)?.[1]
    if (model !== undefined) return this.#problemsOf(value, model, at)
    if (type === 'string' || type === 'number' || type === 'boolean') {
      return typeof value === type ? [] : [`${at} is ${typeof value}, not ${type}`]
    }
    return type === 'object' && typeof value !== 'object' ? [`${at} is no object`] : []
  }

  #problemsOf(value: unknown, model: string, at: string): readonly string[] {
    if (typeof value !== 'object') return [`${at} is no ${model}`]
    const given: Record<string, unknown> = Object(value)
    return this.#fields(model).flatMap(({ name, type, required }) => {
      const one = given[name]
      const here = `${at}.${name}`
      if (one === undefined) return required ? [`${here} is missing`] : []
      const known = this.#values.get(`${model}.${name}`)
      const values = Array.isArray(one) ? one : [one]
      const strange = known === undefined ? [] : values.filter((each) => !known.has(String(each)))
      return [
        ...this.problems(one, type, here),
        ...strange.map(
          (each) => `${here} is ${JSON.stringify(each)}, which ${model} does not know`,
        ),
      ]
    })
  }

  #fields(model: string): readonly Field[] {
    const read = this.#models.get(model)
    if (read !== undefined) return read
    const body = new RegExp(`\\texport interface ${model} \\{([\\s\\S]*?)\\n\\t\\}`).exec(
      this.#declarations,
    )?.[1]
    if (body === undefined) throw new Error(`The SDK has no model ${model}.`)
    const fields = [...body.matchAll(/^\s*"(.+?)"(\??): (.*);$/gm)].map(
      ([, name = '', optional, type = '']) => ({ name, type, required: optional === '' }),
    )
    this.#models.set(model, fields)
    return fields
  }
}
