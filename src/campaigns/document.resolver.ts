import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { Campaign } from './campaign.type.js';
import { campaignsOfDocument, documentByCode, listDocumentsKept, listDocumentsOf } from './document.query.js';
import { saveDocument } from './document.service.js';
import { Document, DocumentConnection, DocumentListArgs, SaveDocumentInput, SaveDocumentPayload } from './document.type.js';

@Resolver(() => Document)
export class DocumentResolver {
  @Query(() => Document, { nullable: true, description: 'The document of a code; null where there is none, or none that the caller sees.' })
  document(@Arg('code', () => String, { description: 'The document’s code.' }) code: string, @Ctx() { reads }: Context): Promise<Document | null> | null {
    return isCode(code) ? reads.row(documentByCode, [code]) : null;
  }

  @Mutation(() => SaveDocumentPayload, { description: 'Enters a document on which campaigns rest or that guides them, or changes what was said of it. By a CAMPAIGN_MANAGER of the unit that keeps it.' })
  saveDocument(@Arg('input', () => SaveDocumentInput, { description: 'The document.' }) input: SaveDocumentInput, @Ctx() context: Context): Promise<SaveDocumentPayload> {
    return saveDocument(context, input);
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that keeps it; null of one that is common to all, such as a law, and where the caller does not see the unit.' })
  unit(@Root() document: Document, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return document.unitKey === null ? null : orgUnits.byKey(document.unitKey);
  }

  @FieldResolver(() => [Campaign], { description: 'The campaigns that rest on it, as far as the caller sees them, by code.' })
  basisOf(@Root() document: Document, @Ctx() { reads }: Context): Promise<Campaign[]> {
    return reads.rows(campaignsOfDocument, [document.key, 'BASIS']);
  }

  @FieldResolver(() => [Campaign], { description: 'The campaigns that it says how to carry out, as far as the caller sees them, by code.' })
  guides(@Root() document: Document, @Ctx() { reads }: Context): Promise<Campaign[]> {
    return reads.rows(campaignsOfDocument, [document.key, 'GUIDANCE']);
  }
}

@Resolver(() => Campaign)
export class CampaignDocumentResolver {
  @FieldResolver(() => DocumentConnection, { description: 'The documents on which it rests, as far as the caller sees them, by code.' })
  basisDocuments(@Root() campaign: Campaign, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Document>> {
    return listDocumentsOf(reads, campaign.key, 'BASIS', args);
  }

  @FieldResolver(() => DocumentConnection, { description: 'The documents that say how it is to be carried out, as far as the caller sees them, by code.' })
  guidance(@Root() campaign: Campaign, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Document>> {
    return listDocumentsOf(reads, campaign.key, 'GUIDANCE', args);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitDocumentResolver {
  @FieldResolver(() => DocumentConnection, { description: 'The documents that the unit keeps, by code; empty where the caller has it neither in scope nor above theirs.' })
  documents(@Root() unit: OrgUnit, @Args(() => DocumentListArgs) args: DocumentListArgs, @Ctx() { reads }: Context): Promise<Page<Document>> {
    return listDocumentsKept(reads, unit.key, args);
  }
}
