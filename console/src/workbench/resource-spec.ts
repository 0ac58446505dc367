import type { ReactNode } from 'react'
import type { FeedType } from '../feed.ts'
import type { Choice } from '../ui/fields.tsx'

/** What an entity of any listing has. */
export interface Entity {
  readonly id: string
  readonly name?: string
  readonly version?: number
  readonly [member: string]: unknown
}

/** What a form holds, by the names of its fields; the empty text where nothing is given. */
export type Values = Readonly<Record<string, string>>

/** One field of a form. */
export interface FieldSpec {
  readonly name: string
  readonly label: string
  readonly kind?: 'text' | 'area' | 'number' | 'check' | 'select' | 'secret' | 'json'
  readonly hint?: string
  readonly isRequired?: boolean
  /** Shown only when something is made, or only when it is changed. */
  readonly only?: 'new' | 'change'
  readonly initial?: string
  /** What stands for no choice. */
  readonly emptyLabel?: string
  /** Draws the field by itself, where it is more than one control. */
  draw?(given: {
    readonly value: string
    readonly onChange: (value: string) => void
    readonly problem: string | undefined
    readonly isReadOnly: boolean
    /** All that the form holds. */
    readonly values: Values
  }): ReactNode
  choices?(): Promise<readonly Choice[]>
  /** What the field begins with for an entity; its member of the same name unless said otherwise. */
  read?(entity: Entity): string
}

/** A kind of thing that an administrator lists, makes, changes and removes: declared once, drawn by `ResourcePage`. */
export interface ResourceSpec {
  readonly title: string
  /** In a sentence what these things are for. */
  readonly intro: string
  /** One of them, with its article: `a queue`. */
  readonly one: string
  readonly path: string
  readonly columns: readonly { readonly title: string; draw(entity: Entity): ReactNode }[]
  readonly fields: readonly FieldSpec[]
  readonly permissions: {
    readonly add?: string
    readonly change?: string
    readonly remove?: string
  }
  readonly changeMethod?: 'PUT' | 'PATCH'
  /** What of the feed changes the list: then it is read again. */
  readonly follows?: readonly FeedType[]
  /** The body that the API takes, from what the form holds. */
  body(values: Values, entity: Entity | undefined): unknown
  /** Leaves out what is not to be shown here. */
  keep?(entity: Entity): boolean
  /** What else there is to see and do for one of them, under its form. */
  more?(entity: Entity, reload: () => void): ReactNode
  /** What is to be shown, once, of one that has just been made, such as its secret. */
  made?(reply: Entity): ReactNode
  /** Where one of them is, when not at the path and its id. */
  pathOf?(entity: Entity): string
}

/** Only what was filled in: members whose text is empty are left out. */
export function filled(values: Values, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name] ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )
}

/** A member of an entity as a text; the empty one when it has none. */
export function textOf(entity: Entity, ...path: readonly string[]): string {
  let value: unknown = entity
  for (const name of path) {
    value =
      typeof value === 'object' && value !== null
        ? new Map(Object.entries(value)).get(name)
        : undefined
  }
  return value === undefined || value === null ? '' : String(value)
}
