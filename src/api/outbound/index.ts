import type { AnyOperation } from '../operation.ts'
import {
  deleteOutboundCallabletimeset,
  getOutboundCallabletimeset,
  getOutboundCallabletimesets,
  postOutboundCallabletimesets,
  putOutboundCallabletimeset,
} from './callable-time-sets.ts'
import {
  deleteOutboundMessagingcampaignProgress,
  deleteOutboundSchedulesMessagingcampaign,
  getOutboundMessagingcampaignProgress,
  getOutboundSchedulesMessagingcampaign,
  postOutboundMessagingcampaignStart,
  postOutboundMessagingcampaignStop,
  postOutboundMessagingcampaignsProgress,
  putOutboundSchedulesMessagingcampaign,
  signalboxPreviewCampaign,
} from './campaign-runs.ts'
import {
  deleteOutboundMessagingcampaign,
  getOutboundMessagingcampaign,
  getOutboundMessagingcampaigns,
  postOutboundMessagingcampaigns,
  putOutboundMessagingcampaign,
} from './campaigns.ts'
import {
  deleteOutboundContactlistfilter,
  getOutboundContactlistfilter,
  getOutboundContactlistfilters,
  postOutboundContactlistfilters,
  postOutboundContactlistfiltersPreview,
  putOutboundContactlistfilter,
} from './contact-list-filters.ts'
import {
  deleteOutboundContactlist,
  getOutboundContactlist,
  getOutboundContactlistImportstatus,
  getOutboundContactlists,
  postOutboundContactlists,
  putOutboundContactlist,
} from './contact-lists.ts'
import {
  deleteOutboundContactlistContact,
  getOutboundContactlistContact,
  postOutboundContactlistContacts,
} from './contacts.ts'

/** Contact lists and messaging campaigns. */
export const outboundOperations: readonly AnyOperation[] = [
  getOutboundContactlists,
  getOutboundContactlist,
  getOutboundContactlistImportstatus,
  postOutboundContactlists,
  putOutboundContactlist,
  deleteOutboundContactlist,
  postOutboundContactlistContacts,
  getOutboundContactlistContact,
  deleteOutboundContactlistContact,
  getOutboundContactlistfilters,
  getOutboundContactlistfilter,
  postOutboundContactlistfilters,
  putOutboundContactlistfilter,
  deleteOutboundContactlistfilter,
  postOutboundContactlistfiltersPreview,
  getOutboundCallabletimesets,
  getOutboundCallabletimeset,
  postOutboundCallabletimesets,
  putOutboundCallabletimeset,
  deleteOutboundCallabletimeset,
  getOutboundMessagingcampaigns,
  getOutboundMessagingcampaign,
  postOutboundMessagingcampaigns,
  putOutboundMessagingcampaign,
  deleteOutboundMessagingcampaign,
  postOutboundMessagingcampaignStart,
  postOutboundMessagingcampaignStop,
  getOutboundMessagingcampaignProgress,
  postOutboundMessagingcampaignsProgress,
  deleteOutboundMessagingcampaignProgress,
  getOutboundSchedulesMessagingcampaign,
  putOutboundSchedulesMessagingcampaign,
  deleteOutboundSchedulesMessagingcampaign,
  signalboxPreviewCampaign,
]
