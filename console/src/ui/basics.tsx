import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { areKeysOn, type KeyAction, keyOf } from '../keys.ts'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly children?: ReactNode
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet'
  readonly large?: boolean
  readonly icon?: LucideIcon
  /** What the single key does that does the same: the key is shown to those who look. */
  readonly shortcut?: KeyAction
}

/** A button with words, and a sign where that helps. */
export function Button({
  look = 'plain',
  large,
  icon: Icon,
  children,
  shortcut,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button ${look}${large === true ? ' large' : ''}`}>
      {Icon === undefined ? null : <Icon size={16} aria-hidden />}
      {children === undefined ? null : <span className="button-label">{children}</span>}
      {shortcut === undefined || !areKeysOn() ? null : <kbd aria-hidden>{keyOf(shortcut)}</kbd>}
    </AriaButton>
  )
}

/** A button that is only a sign; its name is read out and shown on hover and focus. */
export function IconButton({
  icon: Icon,
  label,
  look = 'quiet',
  ...rest
}: Omit<ButtonProps, 'children'> & { readonly icon: LucideIcon; readonly label: string }) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...rest} aria-label={label} className={`button icon ${look}`}>
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'accent'

/** A short word with a colour that never carries the meaning alone. */
export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: Tone
  readonly children: ReactNode
}) {
  return <span className={`badge ${tone}`}>{children}</span>
}
