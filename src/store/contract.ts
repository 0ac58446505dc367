import { after, before, describe } from 'node:test'
import { conflictsContract } from './contract/conflicts.ts'
import { conversationsContract } from './contract/conversations.ts'
import { deliveriesContract } from './contract/deliveries.ts'
import { emailsContract } from './contract/emails.ts'
import { recordsContract } from './contract/records.ts'
import { retentionContract } from './contract/retention.ts'
import { smallContract } from './contract/small.ts'
import type { Subject } from './contract/subject.ts'
import { takingContract } from './contract/taking.ts'
import { transactionsContract } from './contract/transactions.ts'

/** Declares the tests that every implementation of the store passes, on one database that `open` makes. */
export function storeContract(title: string, open: () => Promise<Subject>): void {
  describe(`${title} as a store`, () => {
    let opened: Subject | undefined
    before(async () => {
      opened = await open()
    })
    after(() => opened?.done())
    const subject = (): Subject => {
      if (opened === undefined) throw new Error('The database is not open.')
      return opened
    }
    recordsContract(subject)
    conversationsContract(subject)
    deliveriesContract(subject)
    smallContract(subject)
    emailsContract(subject)
    retentionContract(subject)
    transactionsContract(subject)
    conflictsContract(subject)
    takingContract(subject)
  })
}
