-- AlterTable
ALTER TABLE "Answer" ADD COLUMN     "confirmedAt" TIMESTAMPTZ(3),
ADD COLUMN     "quarantinedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "CaseKey" DROP CONSTRAINT "CaseKey_pkey",
ADD CONSTRAINT "CaseKey_pkey" PRIMARY KEY ("caseId", "version");

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "unsafeSince" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Link" ADD COLUMN     "replacedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "CaseMember" (
    "caseId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "how" TEXT NOT NULL,
    "addedBy" UUID NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "CaseMember_pkey" PRIMARY KEY ("caseId","personId")
);

-- CreateTable
CREATE TABLE "LegalHold" (
    "id" UUID NOT NULL,
    "caseId" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "placedBy" UUID NOT NULL,
    "placedAt" TIMESTAMPTZ(3) NOT NULL,
    "liftedBy" UUID,
    "liftedAt" TIMESTAMPTZ(3),

    CONSTRAINT "LegalHold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SecondPerson" (
    "id" UUID NOT NULL,
    "act" TEXT NOT NULL,
    "caseId" UUID NOT NULL,
    "subjectId" UUID,
    "digest" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "askedBy" UUID NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "decision" TEXT,
    "decidedBy" UUID,
    "decidedAt" TIMESTAMPTZ(3),
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SecondPerson_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Erasure" (
    "id" UUID NOT NULL,
    "caseId" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "askedBy" UUID NOT NULL,
    "secondBy" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "certificate" JSONB,

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RecipientKey" (
    "id" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "activeAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "warned" INTEGER,
    "verifiedAt" TIMESTAMPTZ(3),
    "verifiedBy" UUID,
    "endedAt" TIMESTAMPTZ(3),
    "endedFor" TEXT,

    CONSTRAINT "RecipientKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KeyInvitation" (
    "id" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "spentAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "KeyInvitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SealedMessage" (
    "id" UUID NOT NULL,
    "outboxId" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "caseId" UUID,
    "digest" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SealedMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NetworkKey" (
    "id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "NetworkKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "hash" BYTEA NOT NULL,
    "keyId" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "CaseMember_personId_idx" ON "CaseMember"("personId");

-- CreateIndex
CREATE INDEX "LegalHold_caseId_idx" ON "LegalHold"("caseId");

-- CreateIndex
CREATE INDEX "SecondPerson_caseId_idx" ON "SecondPerson"("caseId");

-- CreateIndex
CREATE UNIQUE INDEX "Erasure_caseId_key" ON "Erasure"("caseId");

-- CreateIndex
CREATE INDEX "RecipientKey_contactId_state_idx" ON "RecipientKey"("contactId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "KeyInvitation_digest_key" ON "KeyInvitation"("digest");

-- CreateIndex
CREATE INDEX "KeyInvitation_contactId_idx" ON "KeyInvitation"("contactId");

-- CreateIndex
CREATE UNIQUE INDEX "SealedMessage_outboxId_key" ON "SealedMessage"("outboxId");

-- CreateIndex
CREATE UNIQUE INDEX "SealedMessage_digest_key" ON "SealedMessage"("digest");

-- CreateIndex
CREATE INDEX "SealedMessage_contactId_idx" ON "SealedMessage"("contactId");

-- CreateIndex
CREATE INDEX "SealedMessage_caseId_idx" ON "SealedMessage"("caseId");

-- AddForeignKey
ALTER TABLE "CaseMember" ADD CONSTRAINT "CaseMember_caseId_fkey" FOREIGN KEY ("caseId") REFERENCES "Case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CaseMember" ADD CONSTRAINT "CaseMember_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LegalHold" ADD CONSTRAINT "LegalHold_caseId_fkey" FOREIGN KEY ("caseId") REFERENCES "Case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RecipientKey" ADD CONSTRAINT "RecipientKey_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KeyInvitation" ADD CONSTRAINT "KeyInvitation_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SealedMessage" ADD CONSTRAINT "SealedMessage_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Whoever opened a case before this migration works on it; nobody else could be meant.
INSERT INTO "CaseMember" ("caseId", "personId", "how", "addedBy", "addedAt")
SELECT "Case"."id", "Person"."id", 'OPENED', "Person"."id", "Case"."openedAt" FROM "Case" JOIN "Person" ON "Person"."id" = "Case"."openedBy";
