import { type ReactNode, useId } from 'react'

interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly problem?: string | undefined
  readonly isLabelHidden?: boolean
}

interface Wiring {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

/** A label, its control, and below it the hint or what is wrong; wired for those who hear the page. */
export function Field({
  label,
  hint,
  problem,
  isLabelHidden,
  children,
}: FieldProps & { readonly children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  const hasNote = hint !== undefined || problem !== undefined
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden === true ? 'sr-only' : undefined}>
        {label}
      </label>
      {children({
        id,
        ...(hasNote ? { 'aria-describedby': `${id}-note` } : {}),
        ...(problem === undefined ? {} : { 'aria-invalid': true as const }),
      })}
      {hasNote ? (
        <span id={`${id}-note`} className={problem === undefined ? 'hint' : 'problem'}>
          {problem ?? hint}
        </span>
      ) : null}
    </div>
  )
}

interface TextProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?:
    | 'text'
    | 'tel'
    | 'email'
    | 'password'
    | 'number'
    | 'search'
    | 'url'
    | 'datetime-local'
    | 'time'
  readonly placeholder?: string
  readonly isMono?: boolean
  readonly isRequired?: boolean
  readonly isReadOnly?: boolean
  readonly hasFocus?: boolean
}

/** One line of text. */
export function TextField({
  value,
  onChange,
  type = 'text',
  isMono,
  hasFocus,
  ...rest
}: TextProps) {
  return (
    <Field {...rest}>
      {(wiring) => (
        <input
          {...wiring}
          className={isMono === true ? 'input mono' : 'input'}
          type={type}
          value={value}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: only in dialogs, which take the focus anyway
          autoFocus={hasFocus === true}
          placeholder={rest.placeholder}
          required={rest.isRequired === true}
          readOnly={rest.isReadOnly === true}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Several lines of text. */
export function TextArea({
  value,
  onChange,
  rows = 4,
  isMono,
  ...rest
}: Omit<TextProps, 'type'> & { readonly rows?: number }) {
  return (
    <Field {...rest}>
      {(wiring) => (
        <textarea
          {...wiring}
          className={isMono === true ? 'input mono' : 'input'}
          value={value}
          rows={rows}
          spellCheck={isMono !== true}
          placeholder={rest.placeholder}
          readOnly={rest.isReadOnly === true}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** One of a few; the browser's own list, which every assistive technology knows. */
export function SelectField({
  value,
  onChange,
  choices,
  empty,
  ...rest
}: FieldProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly choices: readonly Choice[]
  /** What stands for no choice; absent when there must be one. */
  readonly empty?: string
}) {
  return (
    <Field {...rest}>
      {(wiring) => (
        <select
          {...wiring}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {empty === undefined ? null : <option value="">{empty}</option>}
          {choices.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** Yes or no. */
export function CheckField({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: boolean
  readonly onChange: (value: boolean) => void
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  )
}

/** Any number of a few. */
export function CheckList({
  label,
  hint,
  choices,
  value,
  onChange,
}: {
  readonly label: string
  readonly hint?: string
  readonly choices: readonly Choice[]
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
}) {
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <div className="row checks">
        {choices.map((one) => (
          <CheckField
            key={one.value}
            label={one.label}
            value={value.includes(one.value)}
            onChange={(on) =>
              onChange(on ? [...value, one.value] : value.filter((chosen) => chosen !== one.value))
            }
          />
        ))}
      </div>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </fieldset>
  )
}
