import type { Messages } from './messages.ts';
import { sealingFr } from './sealing/fr.ts';

export const fr: Messages = {
  network: 'Système de solidarité',
  skip: 'Aller au contenu',
  languages: 'Langue de cette page',
  neutralTitle: 'Une question pour vous',
  footer: 'Cette page fonctionne sans script et ne dépose aucun cookie. Fermez-la quand vous avez terminé.',
  faultTitlePrefix: 'À vérifier : ',
  cover: {
    heading: 'On vous a posé une question',
    lead: 'Ce lien vous a été envoyé personnellement. Ouvrez-le quand personne ne peut regarder votre écran.',
    nothingYet: 'L’ouvrir ne décide de rien. Vous choisissez à la page suivante.',
    open: 'Ouvrir',
    notYou:
      'Si vous n’attendiez rien de tel, fermez la page. Ne transférez pas le lien : toute personne qui l’a peut répondre à votre place.',
  },
  deadline: 'Délai',
  left: (time) => `Temps restant : ${time}`,
  deadlineChangeable: 'Vous pouvez changer votre réponse jusque-là.',
  deadlineFinal: 'Une fois envoyée, cette réponse ne peut plus être changée.',
  textHeading: 'Le texte',
  otherLanguages: 'Le même texte dans d’autres langues',
  question: {
    ADVICE: {
      heading: 'Votre avis est demandé',
      lead: 'On vous le demande en tant que membre du Groupe consultatif. La coordination lit ce que vous écrivez, mais sans votre nom, et voit le résultat et le décompte ; personne n’apprend qui a dit quoi. Ne pas répondre ne compte ni comme un oui ni comme un non.',
      legend: 'Que conseillez-vous ?',
    },
    SIGN_ON: {
      heading: 'Votre organisation signe-t-elle cette lettre ?',
      lead: 'Personne n’est nommé sans l’avoir décidé. Ne pas répondre n’est jamais une signature.',
      legend: 'Que décide votre organisation ?',
    },
    LETTER_APPROVAL: {
      heading: 'Ce texte peut-il partir ?',
      lead: 'Rien n’est publié sans votre accord sur exactement ce texte. Si un mot change, nous vous reposons la question.',
      legend: 'Êtes-vous d’accord avec ce texte ?',
    },
    REFERRAL: {
      heading: 'Pouvez-vous aider ?',
      lead: 'Une personne a besoin d’une aide que vous pourriez peut-être apporter. Vous ne voyez que ce que cette personne nous a permis de partager avec vous.',
      legend: 'Quelle est votre réponse ?',
    },
    HELP_CONFIRMATION: {
      heading: 'L’aide vous est-elle parvenue ?',
      lead: 'On vous a promis de l’aide. Est-elle arrivée ? Vous seul·e pouvez le dire.',
      legend: 'Est-elle arrivée ?',
    },
    REVIEW: {
      heading: 'Comment allez-vous ?',
      lead: 'Nous demandons parce que nous n’avons pas oublié. N’écrivez que ce que vous pouvez écrire sans danger.',
      legend: 'Par rapport à la dernière fois, votre situation est',
    },
    CONSENT: {
      heading: 'C’est à vous de décider',
      lead: 'Rien ne se fait sans votre accord. Vous pouvez dire non sans donner de raison, et reprendre plus tard un oui. Ce qui a déjà été rendu public ne peut pas redevenir secret.',
      legend: 'Êtes-vous d’accord ?',
    },
  },
  choices: {
    ADVICE: {
      APPROVE: { label: 'J’approuve', means: 'Vous soutenez la proposition telle quelle.' },
      APPROVE_WITH_CHANGES: {
        label: 'J’approuve, avec des changements',
        means: 'Vous la soutenez si les changements que vous écrivez plus bas sont faits.',
      },
      OBJECT: {
        label: 'J’ai une objection',
        means: 'Vous voyez un problème sérieux. La décision attend qu’on ait parlé de vos raisons avec vous.',
      },
      BLOCK: {
        label: 'Je bloque',
        means: 'Cela ne doit pas se faire. À n’utiliser que si cela causait un grave tort ou trahissait ce que défend le réseau.',
      },
      ABSTAIN: { label: 'Je m’abstiens', means: 'Vous ne prenez pas position. Vous comptez parmi les personnes qui ont participé.' },
      RECUSE: {
        label: 'Je me retire',
        means: 'Vous ou votre organisation êtes trop proches de l’affaire. Vous ne comptez plus dans cette consultation.',
      },
      NEED_INFO: {
        label: 'J’ai besoin d’en savoir plus',
        means: 'Écrivez ce que vous avez besoin de savoir. Vous pourrez donner votre avis ensuite.',
      },
    },
    SIGN_ON: {
      SIGN_PUBLIC: { label: 'Signer avec notre nom', means: 'Votre nom figure sous la lettre publiée, tel que vous l’écrivez plus bas.' },
      SIGN_COUNT_ONLY: {
        label: 'Signer sans notre nom',
        means: 'Vous êtes compté parmi les signataires, mais votre nom n’est pas montré.',
      },
      DECLINE: { label: 'Ne pas signer', means: 'Vous n’êtes ni nommé ni compté. Nous ne vous solliciterons plus pour cette lettre.' },
      DECIDE_LATER: {
        label: 'Décider plus tard',
        means: 'Pour l’instant vous n’êtes pas compté. Nous vous le rappellerons avant la fin du délai.',
      },
      WITHDRAWN: { label: 'Reprendre notre signature', means: 'Votre signature est retirée, comme si vous n’aviez pas signé.' },
    },
    LETTER_APPROVAL: {
      APPROVE: { label: 'Oui, je suis d’accord avec ce texte', means: 'Exactement ce texte peut être utilisé.' },
      REFUSE: {
        label: 'Non, pas ce texte',
        means: 'Ce texte ne sera pas utilisé. Vous pouvez dire ce qui devrait changer, mais rien ne vous y oblige.',
      },
    },
    REFERRAL: {
      ACCEPT: {
        label: 'Nous pouvons aider',
        means: 'Vous vous en chargez. Si l’aide est de l’argent, vous pouvez écrire jusqu’à quel montant.',
      },
      REJECT: {
        label: 'Nous ne pouvons pas aider',
        means: 'Nous demanderons à quelqu’un d’autre. Choisissez la raison qui convient le mieux.',
      },
      ASK: {
        label: 'Nous avons d’abord une question',
        means: 'Écrivez votre question. Ne demandez pas plus que ce qu’il vous faut pour décider.',
      },
      DELIVERED: { label: 'L’aide a été donnée', means: 'Nous demanderons à la personne si elle est arrivée.' },
    },
    HELP_CONFIRMATION: {
      ARRIVED: { label: 'Oui, elle est arrivée', means: 'Vous avez reçu ce qui était promis.' },
      PARTLY: { label: 'Une partie seulement', means: 'Écrivez ce qui manque. Nous le demanderons.' },
      NOT_ARRIVED: { label: 'Non, elle n’est pas arrivée', means: 'Nous chercherons ce qui s’est passé.' },
    },
    REVIEW: {
      BETTER: { label: 'Meilleure', means: 'Vous vous sentez plus en sécurité que la dernière fois.' },
      SAME: { label: 'La même', means: 'Rien d’important n’a changé.' },
      WORSE: { label: 'Pire', means: 'Quelqu’un regardera de nouveau votre situation sans attendre.' },
      CHANGED: { label: 'Différente', means: 'Il y a du nouveau : un autre lieu, d’autres personnes, un autre danger.' },
    },
    CONSENT: {
      YES: { label: 'Oui, je suis d’accord', means: 'Seulement avec ce qui est écrit ici, et seulement jusqu’à ce que vous le repreniez.' },
      NO: { label: 'Non, je ne suis pas d’accord', means: 'Cela ne se fera pas. Cela ne change rien aux autres aides que vous recevez.' },
    },
  },
  words: {
    label: 'Vos mots',
    needed: (choices) => `Nécessaires si vous choisissez : ${choices}. Sinon, comme vous voulez.`,
    optional: 'Seulement si vous voulez ajouter quelque chose.',
  },
  name: {
    label: 'Nom tel qu’il apparaîtra',
    hint: 'Nécessaire seulement si vous signez avec votre nom. Écrivez-le sous la forme et dans la langue où il doit être lu.',
  },
  amount: {
    label: (currency) => `Montant maximal (${currency})`,
    hint: 'Seulement si vous acceptez et que l’aide est de l’argent. En chiffres, par exemple 1500.',
  },
  rejectReason: { label: 'Raison', hint: 'Nécessaire seulement si vous ne pouvez pas aider.', pick: 'Choisissez-en une' },
  send: 'Envoyer ma réponse',
  already: (choice) => `Votre réponse jusqu’ici : ${choice}. Si vous en envoyez une autre, c’est la nouvelle qui compte.`,
  faultsHeading: 'Rien n’est encore enregistré',
  faults: {
    CHOICE_MISSING: 'Choisissez une des réponses.',
    WORDS_MISSING: 'Écrivez quelques mots : cette réponse en a besoin.',
    TOO_LONG: 'C’est trop long. Raccourcissez, s’il vous plaît.',
    NAME_MISSING: 'Écrivez le nom tel qu’il apparaîtra.',
    AMOUNT_UNREADABLE: 'Écrivez le montant en chiffres, par exemple 1500, ou laissez le champ vide.',
    AMOUNT_TOO_HIGH:
      'C’est plus que ce qui est nécessaire, ou plus que le plafond de votre organisation, qui peut être dans une autre monnaie. Écrivez un montant plus petit, ou laissez le champ vide.',
    REASON_MISSING: 'Choisissez la raison pour laquelle vous ne pouvez pas aider.',
    STRANGE_CHARACTERS: 'Certains caractères ne peuvent pas être enregistrés. Écrivez-le à nouveau, s’il vous plaît.',
  },
  warnings: {
    TARGET_IN_YOUR_COUNTRY:
      'Cette lettre s’adresse à quelqu’un de votre propre pays. Pensez à ce qu’une signature publique pourrait signifier pour vous. Vous pouvez aussi signer sans votre nom.',
    CAN_BE_SEEN_BY_ANYONE: 'Ce qui est publié peut être lu par tout le monde, aussi par ceux qui vous menacent.',
  },
  facts: {
    PURPOSE: 'Pour quoi',
    RECIPIENT: 'Pour qui',
    NAMED_AS: 'Comment vous seriez nommé·e',
    LANGUAGE: 'Langue',
    NEED: 'Ce qu’il faut',
    HELP: 'L’aide',
    AMOUNT: 'Montant',
    COUNTRY: 'Pays',
    PERSON: 'Personne',
    TARGET: 'Adressée à',
  },
  receipt: {
    heading: 'Merci. Votre réponse est enregistrée.',
    recorded: 'Votre réponse',
    when: 'Enregistrée',
    yourWords: 'Vos mots',
    changeUntil: (when) => `Vous pouvez la changer jusqu’au ${when}, avec le même lien.`,
    final: 'Cette réponse reste telle quelle.',
    change: 'Changer ma réponse',
    close: 'Vous pouvez maintenant fermer cette page.',
  },
  gone: {
    heading: 'Il n’y a rien ici',
    lead: 'Ce lien ne fonctionne pas, ou plus. Il est peut-être incomplet, remplacé par un plus récent, ou son délai est passé.',
    help: 'Si vous voulez encore répondre, cherchez un message plus récent de notre part ou écrivez à la personne avec qui vous êtes en contact.',
    renew:
      'Si une question vous a été posée et que votre lien est trop ancien, ou que le message qui le portait s’est perdu, nous pouvons envoyer un nouveau lien à l’adresse que nous connaissons de vous. Celui que vous avez cessera alors de fonctionner.',
    button: 'M’envoyer un nouveau lien',
  },
  reissued: {
    heading: 'Si c’est possible, il est envoyé',
    lead: 'Si ce lien venait de nous et que ce à quoi il servait est encore ouvert, un nouveau lien est en route vers l’adresse que nous connaissons de vous. Pour votre sécurité, cette page dit la même chose dans tous les cas.',
    help: 'Rien n’est arrivé au bout d’une heure ? Écrivez à la personne avec qui vous êtes en contact.',
  },
  withdrawn: { heading: 'Cette lettre a été retirée', lead: 'Elle n’est plus publiée ici.' },
  trouble: {
    heading: 'Cela n’a pas fonctionné',
    lead: 'Cette dernière étape n’a rien enregistré.',
    help: 'Revenez en arrière et réessayez dans quelques minutes. Si cela échoue encore, prévenez la personne avec qui vous êtes en contact.',
  },
  tooMany: {
    heading: 'Trop souvent en peu de temps',
    lead: 'Cette dernière étape n’a rien enregistré.',
    help: 'Attendez un moment et réessayez. Ce qui vous est demandé reste ouvert jusqu’à son délai.',
  },
  letter: {
    published: 'Publiée',
    signatories: (count) => `Signataires : ${count}`,
    countedOnly: (count) => `Ont aussi signé, sans montrer leur nom : ${count}`,
    digest: 'Empreinte du texte',
    digestMeans: 'Elle couvre toutes les versions linguistiques. Si une seule lettre change, l’empreinte est différente.',
    otherForms: 'Autres formes de cette lettre',
    json: 'Données (JSON)',
  },
  regions: {
    AFRICA: 'Afrique',
    ASIA_PACIFIC: 'Asie et Pacifique',
    LATIN_AMERICA_CARIBBEAN: 'Amérique latine et Caraïbes',
    MIDDLE_EAST_NORTH_AFRICA: 'Moyen-Orient et Afrique du Nord',
    EUROPE_CENTRAL_ASIA: 'Europe et Asie centrale',
    NORTH_AMERICA: 'Amérique du Nord',
  },
  rejectReasons: {
    OUT_OF_MANDATE: 'Ce n’est pas notre rôle',
    OUT_OF_REGION: 'Nous ne travaillons pas là-bas',
    NO_CAPACITY: 'Nous n’avons pas de capacité en ce moment',
    NO_FUNDS: 'Nous n’avons pas de fonds en ce moment',
    NOT_ELIGIBLE: 'Nos conditions ne sont pas remplies',
    DUPLICATE_SUPPORT: 'Déjà soutenu pour cela',
    INSUFFICIENT_VERIFICATION: 'Les faits ne sont pas assez sûrs pour nous',
    SECURITY_CONCERN: 'Cela mettrait quelqu’un en danger',
    APPLICANT_WITHDREW: 'La personne n’en veut plus',
    OTHER: 'Une autre raison : écrivez-la plus bas',
  },
  purposes: {
    STORE: 'Garder, chiffré, ce que vous nous avez dit, pour y travailler',
    SHARE_WITH_ADVISORY_GROUP: 'Le montrer au Groupe consultatif, qui conseille sur ce qu’il faut faire',
    SHARE_WITH_VERIFIERS: 'Demander à des personnes de confiance proches de vous si les faits sont exacts',
    SHARE_WITH_MEMBERS: 'Le dire aux organisations membres du réseau',
    PUBLIC_LETTER: 'En parler dans une lettre publique',
    MEDIA: 'En parler aux médias',
    UN_LETTER_TO_STATE: 'Demander à des experts des Nations Unies d’écrire à l’État',
    UN_PUBLIC_REPORT: 'Laisser les Nations Unies le mentionner dans un rapport public',
    REFERRAL: 'Demander à une organisation qui peut peut-être vous aider',
    GRANT_REPORTING_ANONYMISED: 'Rendre compte à nos bailleurs, sans rien qui montre qui vous êtes',
    LESSONS_ANONYMISED: 'En tirer des leçons pour d’autres, sans rien qui montre qui vous êtes',
  },
  identifiabilities: {
    FULL_NAME: 'Avec votre nom complet',
    PSEUDONYM: 'Avec un autre nom que vous choisissez',
    ROLE_ONLY: 'Seulement avec ce que vous faites, sans nom',
    NONE: 'Sans rien qui montre qui vous êtes',
  },
  sealing: sealingFr,
};
