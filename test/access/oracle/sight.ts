/** Who sees what: docs/access.md, one function for each kind of row. */
import { neverHeld } from './lists.js';
import { ROLES, type Adoption, type ApiKey, type AuditEntry, type Award, type AwardRecipient, type Campaign, type Card, type Claim, type Cluster, type Contact, type Disclosable, type Disclosure, type Figure, type Grant, type Indicator, type Initiative, type MemberCount, type Norm, type Person, type Position, type PracticeModel, type Publication, type Role, type StatedRank, type Unit, type Work, type World } from './world.js';

export class Sight {
  readonly #scope = new Set<Unit>();
  readonly #line = new Set<Unit>();
  /** The units of the grants that open rows, today. */
  readonly #granted = new Set<Unit>();
  readonly #partnerOf = new Set<Unit>();
  /** The units beneath the caller's ADMIN grants. */
  readonly #administered = new Set<Unit>();
  /** The units whose totals the caller may publish. */
  readonly #publishes = new Set<Unit>();
  readonly #published: Publication[];
  readonly #disclosed: Disclosure[];

  constructor(
    readonly world: World,
    readonly principal: string | null,
  ) {
    for (const grant of world.grants) {
      if (grant.principal !== principal || !this.holds(grant)) continue;
      if (grant.role !== 'PARTNER') this.#granted.add(grant.unit);
      for (const unit of world.units.values()) {
        if (!world.isBeneathToday(unit, grant.unit)) continue;
        if (grant.role === 'PARTNER') this.#partnerOf.add(unit);
        else this.#scope.add(unit);
        if (grant.role === 'ADMIN') this.#administered.add(unit);
        if (grant.role === 'ADMIN' || grant.role === 'CAMPAIGN_MANAGER') this.#publishes.add(unit);
      }
    }
    for (const unit of this.#granted) for (const above of world.lineToday(unit)) if (!this.#scope.has(above)) this.#line.add(above);
    this.#published = world.publications.filter((publication) => this.publication(publication));
    this.#disclosed = world.disclosures.filter((disclosure) => !disclosure.ended && this.disclosure(disclosure));
  }

  /** Whether a grant is in force today. */
  holds({ from, to, revoked }: Grant): boolean {
    const { today } = this.world;
    return !revoked && from <= today && (to === null || today <= to);
  }

  get hasScope(): boolean {
    return this.#granted.size > 0;
  }

  inScope(unit: Unit): boolean {
    return this.#scope.has(unit);
  }

  unit(unit: Unit): boolean {
    return this.#scope.has(unit) || this.#line.has(unit) || this.#published.some((publication) => publication.unit === unit) || this.#disclosed.some(({ thing }) => thing.unit === unit);
  }

  campaign(campaign: Campaign): boolean {
    const { launchedBy, status } = campaign;
    if (status === 'DRAFT') return launchedBy !== null && this.#scope.has(launchedBy);
    if (launchedBy === null ? this.hasScope : this.#scope.has(launchedBy) || this.#line.has(launchedBy)) return true;
    return this.#disclosed.some((disclosure) => disclosure.campaign === campaign) || this.#published.some((publication) => publication.campaign === campaign) || [...this.#granted].some((unit) => this.#knew(unit, campaign));
  }

  adoption({ unit, campaign }: Adoption): boolean {
    return this.inScope(unit) && this.campaign(campaign);
  }

  /** A result or target was known of the unit or beneath it on some day. */
  #knew(unit: Unit, campaign: Campaign): boolean {
    return this.world.figures.some(
      (figure) => figure.campaign === campaign && figure.status === 'APPROVED' && this.world.replay(figure, figure.measure)!.changes(unit.code).length > 0,
    );
  }

  figure({ unit, campaign }: Figure): boolean {
    return this.inScope(unit) && this.campaign(campaign);
  }

  norm({ unit, campaign, withdrawn }: Norm): boolean {
    return !withdrawn && this.inScope(unit) && this.campaign(campaign);
  }

  memberCount({ unit }: MemberCount): boolean {
    return this.inScope(unit);
  }

  cluster({ owner, members }: Cluster): boolean {
    return this.inScope(owner) || (this.unit(owner) && members.some((member) => this.inScope(member)));
  }

  clusterMember(unit: Unit): boolean {
    return this.inScope(unit);
  }

  person(person: Person): boolean {
    return this.inScope(person.unit) || this.world.positions.some((position) => position.person === person && this.position(position)) || this.world.initiatives.some((initiative) => initiative.authors.includes(person) && this.authors(initiative));
  }

  position(position: Position): boolean {
    return this.inScope(position.unit) && (!neverHeld(position) || this.administers(position.unit));
  }

  contact({ unit }: Contact): boolean {
    return this.unit(unit) && (this.hasScope || this.#partnerOf.has(unit));
  }

  indicator(indicator: Indicator): boolean {
    return this.hasScope || this.#published.some((publication) => publication.indicator === indicator);
  }

  publication({ unit, audience, ended }: Publication): boolean {
    if (this.inScope(unit)) return true;
    return !ended && (audience === 'PUBLIC' || this.#partnerOf.has(unit));
  }

  claim({ unit }: Claim): boolean {
    return this.inScope(unit);
  }

  disclosure({ thing: { unit }, audience, ended }: Disclosure): boolean {
    return this.inScope(unit) || (!ended && (audience === 'PUBLIC' || this.#partnerOf.has(unit)));
  }

  /** Whether a thing is shown to anybody outside, and the caller is not who may show it. */
  mayNotChange(of: Disclosable['of'], { code, unit }: { code: string; unit: Unit }): boolean {
    return !this.publishes(unit) && this.world.disclosures.some(({ thing, ended }) => !ended && thing.of === of && thing.code === code);
  }

  /** Whether a thing is shown to the caller, whose scope may be elsewhere; `named`: with the names of persons. */
  disclosed(of: Disclosable['of'], code: string, named = false): boolean {
    return this.#disclosed.some(({ thing, withNames }) => thing.of === of && thing.code === code && thing.ready() && (withNames || !named));
  }

  work({ unit, code }: Work): boolean {
    return this.inScope(unit) || this.disclosed('WORK', code);
  }

  practiceModel({ unit, code }: PracticeModel): boolean {
    return this.inScope(unit) || this.disclosed('PRACTICE_MODEL', code);
  }

  initiative({ unit, code }: Initiative): boolean {
    return this.inScope(unit) || this.disclosed('INITIATIVE', code);
  }

  /** Whether the caller holds a grant on the unit itself. */
  isGranted(unit: Unit): boolean {
    return this.#granted.has(unit);
  }

  /** Whether the caller reads what an initiative tells of itself: of a technology secret, not everybody. */
  knows({ unit, secret }: Initiative): boolean {
    return this.inScope(unit) && (!secret || this.isGranted(unit));
  }

  /** Whether the caller reads who thought of it. */
  authors(initiative: Initiative): boolean {
    return this.knows(initiative) || (!initiative.secret && this.disclosed('INITIATIVE', initiative.code, true));
  }

  statedRank({ unit, campaign, code }: StatedRank): boolean {
    return (this.inScope(unit) && this.campaign(campaign)) || this.disclosed('STATED_RANK', code);
  }

  award(award: Award): boolean {
    return this.awardWhole(award) || award.recipients.some(({ unit }) => unit !== null && this.inScope(unit)) || this.disclosed('AWARD', award.code);
  }

  /** Whether the caller has the award's unit, or one that gave it, in scope. */
  awardWhole({ unit, issuers }: Award): boolean {
    return this.inScope(unit) || issuers.some((issuer) => issuer.unit !== null && this.inScope(issuer.unit));
  }

  awardRecipient(award: Award, { unit }: AwardRecipient): boolean {
    return this.awardWhole(award) || (unit !== null && this.inScope(unit)) || this.disclosed('AWARD', award.code, true);
  }

  /** What a caller without the unit in scope reads of a card. */
  published(unit: Unit, { campaign, phase, indicator }: Card): Publication[] {
    return this.#published.filter(
      (publication) =>
        publication.unit === unit && publication.campaign === campaign && publication.phase === phase && publication.indicator === indicator && !publication.ended,
    );
  }

  grant({ principal, unit }: Grant): boolean {
    return principal === this.principal || this.#administered.has(unit);
  }

  apiKey({ unit }: ApiKey): boolean {
    return this.#administered.has(unit);
  }

  auditEntry({ unit, action, before, after }: AuditEntry): boolean {
    const isOfAccess = ['GRANT_ROLE', 'REVOKE_ROLE', 'CREATE_API_KEY', 'REVOKE_API_KEY'].includes(action);
    const named = [before, after].map((said) => (said as { campaign?: string } | null)?.campaign).filter((code) => code != null);
    return this.inScope(unit) && (!isOfAccess || this.#administered.has(unit)) && named.every((code) => this.campaign(this.world.campaigns.get(code)!));
  }

  /** Whether the unit stands above one of the caller's. */
  above(unit: Unit): boolean {
    return this.#line.has(unit);
  }

  administers(unit: Unit): boolean {
    return this.#administered.has(unit);
  }

  publishes(unit: Unit): boolean {
    return this.#publishes.has(unit);
  }

  /** Whether the caller writes and hands in what the unit reports. */
  reports(unit: Unit): boolean {
    return this.actions(unit).includes('SUBMIT_RESULTS');
  }

  /** Whether the caller stands above the unit, as one who approves. */
  approves(unit: Unit): boolean {
    return this.actions(unit).includes('APPROVE_RESULTS');
  }

  /** Whether the caller is an APPROVER of the unit itself. */
  assigns(unit: Unit): boolean {
    return this.actions(unit).includes('ASSIGN_TARGETS');
  }

  /** Whether the caller holds a role, or a stronger one, somewhere. */
  holdsSomewhere(role: Role): boolean {
    return this.scopes.some((grant) => grant.role !== 'PARTNER' && ROLES.indexOf(grant.role) >= ROLES.indexOf(role));
  }

  get isPublisher(): boolean {
    return this.#publishes.size > 0;
  }

  get isAdmin(): boolean {
    return this.#administered.size > 0;
  }

  /** The caller's grants of today, the strongest first. */
  get scopes(): Grant[] {
    return strongestFirst(this.world.grants.filter((grant) => grant.principal === this.principal && this.holds(grant)));
  }

  /** What the caller may do to a unit. */
  actions(unit: Unit): string[] {
    const reaching = this.scopes.filter((grant) => this.world.isBeneathToday(unit, grant.unit));
    return Object.keys(LEAST).filter((action) =>
      reaching.some(
        ({ role, unit: granted }) =>
          role !== 'PARTNER' &&
          ROLES.indexOf(role) >= ROLES.indexOf(LEAST[action]!) &&
          // From strictly below the unit; of a root, from itself too.
          (action !== 'APPROVE_RESULTS' || granted !== unit || this.world.parentToday(unit) === null),
      ),
    );
  }
}

export const strongestFirst = (grants: readonly Grant[]): Grant[] => [...grants].sort((a, b) => ROLES.indexOf(b.role) - ROLES.indexOf(a.role) || a.arrival - b.arrival);

/** What may be done to a unit, and the least role for it. */
const LEAST: Record<string, (typeof ROLES)[number]> = {
  READ: 'VIEWER',
  ANALYSE: 'ANALYST',
  EXPORT: 'ANALYST',
  SUBMIT_RESULTS: 'REPORTER',
  APPROVE_RESULTS: 'APPROVER',
  ASSIGN_TARGETS: 'APPROVER',
  LAUNCH_CAMPAIGNS: 'CAMPAIGN_MANAGER',
  PUBLISH: 'CAMPAIGN_MANAGER',
  MANAGE_GRANTS: 'ADMIN',
  MANAGE_STRUCTURE: 'ADMIN',
};
