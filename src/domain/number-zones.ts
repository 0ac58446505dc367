import { placeOfNumber } from './address.ts'

/** Where a number's handset may be. */
export interface NumberPlace {
  /** IANA time zones; UTC where nothing is known. */
  readonly zones: readonly string[]
  /** State of the US, two letters. */
  readonly state?: string
}

/** The time zones that a number may be in: by area code in the US and Canada, by country elsewhere. */
export function zonesOfNumber(number: string): NumberPlace {
  const place = placeOfNumber(number)
  if (place === undefined) return { zones: ['UTC'] }
  const { country, national } = place
  if (country !== 'US' && country !== 'CA') return { zones: zonesOfCountry(country) }
  const region = regionOfArea.get(national.slice(0, 3))
  const zones = region === undefined ? undefined : zonesOfRegion[region]
  if (region === undefined || zones === undefined) return { zones: zonesOfCountry(country) }
  return country === 'US' ? { zones, state: region } : { zones }
}

const zonesByCountry = new Map<string, readonly string[]>()

function zonesOfCountry(country: string): readonly string[] {
  const known = zonesByCountry.get(country)
  if (known !== undefined) return known
  const zones = zonesOfLocale(new Intl.Locale(`und-${country}`))
  const inhabited = zones.filter((zone) => !zone.startsWith('Antarctica/'))
  const found = inhabited.length === 0 ? ['UTC'] : inhabited
  zonesByCountry.set(country, found)
  return found
}

/** Asked for by its name, since the type definitions of the language level here do not have it yet. */
function zonesOfLocale(locale: Intl.Locale): readonly string[] {
  const zones: unknown = Reflect.get(locale, 'getTimeZones')
  return typeof zones === 'function' ? (zones.call(locale) ?? []) : []
}

const eastern = 'America/New_York'
const central = 'America/Chicago'
const mountain = 'America/Denver'
const pacific = 'America/Los_Angeles'

/** Clocks of each state and province; both where it is divided. */
const zonesOfRegion: Readonly<Record<string, readonly string[]>> = {
  AL: [central],
  AK: ['America/Anchorage', 'America/Adak'],
  AZ: ['America/Phoenix', mountain],
  AR: [central],
  CA: [pacific],
  CO: [mountain],
  CT: [eastern],
  DC: [eastern],
  DE: [eastern],
  FL: [eastern, central],
  GA: [eastern],
  HI: ['Pacific/Honolulu'],
  IA: [central],
  ID: [mountain, pacific],
  IL: [central],
  IN: [eastern, central],
  KS: [central, mountain],
  KY: [eastern, central],
  LA: [central],
  MA: [eastern],
  MD: [eastern],
  ME: [eastern],
  MI: [eastern, central],
  MN: [central],
  MO: [central],
  MS: [central],
  MT: [mountain],
  NC: [eastern],
  ND: [central, mountain],
  NE: [central, mountain],
  NH: [eastern],
  NJ: [eastern],
  NM: [mountain],
  NV: [pacific, mountain],
  NY: [eastern],
  OH: [eastern],
  OK: [central],
  OR: [pacific, mountain],
  PA: [eastern],
  RI: [eastern],
  SC: [eastern],
  SD: [central, mountain],
  TN: [eastern, central],
  TX: [central, mountain],
  UT: [mountain],
  VA: [eastern],
  VT: [eastern],
  WA: [pacific],
  WI: [central],
  WV: [eastern],
  WY: [mountain],
  AB: ['America/Edmonton'],
  BC: ['America/Vancouver', 'America/Edmonton'],
  MB: ['America/Winnipeg'],
  MARITIMES: ['America/Halifax'],
  NL: ['America/St_Johns', 'America/Goose_Bay'],
  ON: ['America/Toronto', 'America/Winnipeg'],
  QC: ['America/Toronto', 'America/Blanc-Sablon'],
  SK: ['America/Regina', 'America/Edmonton'],
}

/** Area codes of the North American Numbering Plan by state or province (public assignments, as of 2025). */
const areasOfRegion: Readonly<Record<string, string>> = {
  AL: '205 251 256 334 659 938',
  AK: '907',
  AZ: '480 520 602 623 928',
  AR: '327 479 501 870',
  CA: '209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951',
  CO: '303 719 720 748 970 983',
  CT: '203 475 860 959',
  DC: '202 771',
  DE: '302',
  FL: '239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954',
  GA: '229 404 470 478 678 706 762 770 912 943',
  HI: '808',
  IA: '319 515 563 641 712',
  ID: '208 986',
  IL: '217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872',
  IN: '219 260 317 463 574 765 812 930',
  KS: '316 620 785 913',
  KY: '270 364 502 606 859',
  LA: '225 318 337 457 504 985',
  MA: '339 351 413 508 617 774 781 857 978',
  MD: '227 240 301 410 443 667',
  ME: '207',
  MI: '231 248 269 313 517 586 616 679 734 810 906 947 989',
  MN: '218 320 507 612 651 763 924 952',
  MO: '235 314 417 557 573 636 660 816 975',
  MS: '228 601 662 769',
  MT: '406',
  NC: '252 336 472 704 743 828 910 919 980 984',
  ND: '701',
  NE: '308 402 531',
  NH: '603',
  NJ: '201 551 609 640 732 848 856 862 908 973',
  NM: '505 575',
  NV: '702 725 775',
  NY: '212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934',
  OH: '216 220 234 283 326 330 380 419 436 440 513 567 614 740 937',
  OK: '405 539 572 580 918',
  OR: '458 503 541 971',
  PA: '215 223 267 272 412 445 484 570 582 610 717 724 814 835 878',
  RI: '401',
  SC: '803 821 839 843 854 864',
  SD: '605',
  TN: '423 615 629 731 865 901 931',
  TX: '210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979',
  UT: '385 435 801',
  VA: '276 434 540 571 686 703 757 804 826 948',
  VT: '802',
  WA: '206 253 360 425 509 564',
  WI: '262 274 353 414 534 608 715 920',
  WV: '304 681',
  WY: '307',
  AB: '368 403 587 780 825',
  BC: '236 250 257 604 672 778',
  MB: '204 431 584',
  MARITIMES: '428 506 782 902',
  NL: '709 879',
  ON: '226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 807 905 942',
  QC: '263 354 367 418 438 450 468 514 579 581 819 873',
  SK: '306 474 639',
}

const regionOfArea: ReadonlyMap<string, string> = new Map(
  Object.entries(areasOfRegion).flatMap(([region, areas]) =>
    areas.split(' ').map((area) => [area, region] as const),
  ),
)
