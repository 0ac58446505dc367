/** Which words count, what is answered, and when bulk texts may leave, for one sender or for all. */
export interface ConsentPolicy {
  /** `default`, or the sender that it is for. */
  readonly id: string
  /** 0 where nothing was set yet: the plain policy applies. */
  readonly version: number
  readonly wordSets?: readonly string[]
  readonly optOutWords?: readonly string[]
  readonly optInWords?: readonly string[]
  readonly helpWords?: readonly string[]
  readonly answers?: Readonly<Record<string, string>>
  readonly quietHours?: {
    readonly window: { readonly fromMinute: number; readonly toMinute: number }
    readonly stateRules: boolean
  }
  readonly cap?: { readonly textsMax: number; readonly withinHours: number }
  readonly marketingNeedsOptIn?: boolean
}

/** The sets of words that authorities ask for. */
export const wordSetChoices = [
  { value: 'vendor', label: 'The vendor’s' },
  { value: 'ctia', label: 'CTIA' },
  { value: 'fcc', label: 'FCC (47 CFR 64.1200)' },
  { value: 'carrier', label: 'Carriers’, with French' },
] as const

/** What the form of a policy holds. */
export interface PolicyFields {
  readonly wordSets: readonly string[]
  readonly optOutWords: string
  readonly optInWords: string
  readonly helpWords: string
  readonly optOut: string
  readonly optIn: string
  readonly help: string
  readonly isQuiet: boolean
  readonly from: string
  readonly to: string
  readonly stateRules: boolean
  readonly textsMax: string
  readonly withinHours: string
  readonly marketingNeedsOptIn: boolean
}

/** A policy as its form shows it. */
export function fieldsOf(policy: ConsentPolicy | undefined): PolicyFields {
  const { quietHours, cap, answers = {} } = policy ?? {}
  return {
    wordSets: policy?.wordSets ?? ['vendor', 'ctia', 'fcc'],
    optOutWords: (policy?.optOutWords ?? []).join(', '),
    optInWords: (policy?.optInWords ?? []).join(', '),
    helpWords: (policy?.helpWords ?? []).join(', '),
    optOut: answers['opt-out'] ?? '',
    optIn: answers['opt-in'] ?? '',
    help: answers['help'] ?? '',
    isQuiet: quietHours !== undefined,
    from: timeOf(quietHours?.window.fromMinute ?? 480),
    to: timeOf(quietHours?.window.toMinute ?? 1260),
    stateRules: quietHours?.stateRules ?? true,
    textsMax: cap === undefined ? '' : String(cap.textsMax),
    withinHours: String(cap?.withinHours ?? 24),
    marketingNeedsOptIn: policy?.marketingNeedsOptIn ?? false,
  }
}

/** What the form holds as the API takes it. */
export function bodyOf(fields: PolicyFields, version: number) {
  return {
    wordSets: fields.wordSets,
    optOutWords: wordsIn(fields.optOutWords),
    optInWords: wordsIn(fields.optInWords),
    helpWords: wordsIn(fields.helpWords),
    answers: { 'opt-out': fields.optOut, 'opt-in': fields.optIn, help: fields.help },
    ...(fields.isQuiet
      ? {
          quietHours: {
            window: { fromMinute: minuteOf(fields.from), toMinute: minuteOf(fields.to) },
            stateRules: fields.stateRules,
          },
        }
      : {}),
    ...(fields.textsMax === ''
      ? {}
      : { cap: { textsMax: Number(fields.textsMax), withinHours: Number(fields.withinHours) } }),
    marketingNeedsOptIn: fields.marketingNeedsOptIn,
    ...(version === 0 ? {} : { version }),
  }
}

/** 8:00 of a minute of the day; midnight at its end is 00:00. */
export function timeOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
}

function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function wordsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
