/** Who sees what: docs/access.md, one function for each kind of row. */
import type { Campaign, Card, Cluster, Figure, Grant, Indicator, MemberCount, Norm, Publication, Unit, World } from './world.js';

export class Sight {
  readonly #scope = new Set<Unit>();
  readonly #line = new Set<Unit>();
  /** The units of the grants that open rows, today. */
  readonly #granted = new Set<Unit>();
  readonly #partnerOf = new Set<Unit>();
  /** The units beneath the caller's ADMIN grants. */
  readonly #administered = new Set<Unit>();
  readonly #published: Publication[];

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
      }
    }
    for (const unit of this.#granted) for (const above of world.lineToday(unit)) if (!this.#scope.has(above)) this.#line.add(above);
    this.#published = world.publications.filter((publication) => this.publication(publication));
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
    return this.#scope.has(unit) || this.#line.has(unit) || this.#published.some((publication) => publication.unit === unit);
  }

  campaign(campaign: Campaign): boolean {
    const { launchedBy } = campaign;
    if (launchedBy === null ? this.hasScope : this.#scope.has(launchedBy) || this.#line.has(launchedBy)) return true;
    return this.#published.some((publication) => publication.campaign === campaign) || [...this.#granted].some((unit) => this.#knew(unit, campaign));
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

  indicator(indicator: Indicator): boolean {
    return this.hasScope || this.#published.some((publication) => publication.indicator === indicator);
  }

  publication({ unit, audience, ended }: Publication): boolean {
    if (this.inScope(unit)) return true;
    return !ended && (audience === 'PUBLIC' || this.#partnerOf.has(unit));
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
}
