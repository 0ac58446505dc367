import { asyncGateway } from './async/index.ts'
import { asyncEmail } from './async-email/index.ts'
import { createCapture, type Postbox } from './capture/index.ts'
import type { Connector } from './connector.ts'
import { faxGateway } from './fax-gateway/index.ts'
import { createFaxLoopback, type FaxLine } from './fax-loopback/index.ts'
import { genesysCloud } from './genesys-cloud/index.ts'
import { kaleyra } from './kaleyra/index.ts'
import { kannel } from './kannel/index.ts'
import { type Carrier, createLoopback } from './loopback/index.ts'
import { mgage } from './mgage/index.ts'
import { openWebhook } from './open-webhook/index.ts'
import { portico } from './portico/index.ts'
import { porticoWebhook } from './portico-webhook/index.ts'
import { smtp } from './smtp/index.ts'
import { twilioForm } from './twilio-form/index.ts'

/**
 * Those whose providers are outside and whose messages are plain values, without files: their calls can be made by
 * another thread.
 */
export const plainConnectors: readonly Connector[] = [
  kaleyra,
  mgage,
  asyncGateway,
  portico,
  kannel,
  twilioForm,
  porticoWebhook,
  openWebhook,
  genesysCloud,
]

/** The connectors there are, by name: one that is not listed does not exist. `carrier` takes loopback texts, `postbox` captured mails, `faxLine` loopback faxes. */
export function createConnectors(
  carrier: Carrier,
  postbox: Postbox,
  faxLine: FaxLine,
): ReadonlyMap<string, Connector> {
  const connectors: readonly Connector[] = [
    createLoopback(carrier),
    ...plainConnectors,
    smtp,
    asyncEmail,
    createCapture(postbox),
    createFaxLoopback(faxLine),
    faxGateway,
  ]
  return new Map(connectors.map((one) => [one.name, one]))
}
