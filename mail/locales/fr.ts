import type { Words } from './words.ts';

export const fr: Words = {
  dates: 'fr-u-nu-latn-ca-gregory',
  lang: 'fr',
  dir: 'ltr',
  subject: 'Un message vous attend',
  senderName: 'Messages',
  greeting: 'Bonjour,',
  reminder:
    'Ceci est un rappel. Nous n’avons pas encore reçu votre réponse. Si vous venez de répondre, merci : il n’y a rien d’autre à faire.',
  reason: {
    ACKNOWLEDGED: 'Votre message nous est parvenu. Une personne de notre équipe est en train de le lire et vous écrira de nouveau.',
    CONSENT:
      'Il y a une question à laquelle vous seul·e pouvez répondre. Le choix vous appartient, point par point, et vous pourrez changer d’avis plus tard.',
    ADVICE:
      'Nous aimerions connaître votre avis sur une question délicate. Lire et répondre prend quelques minutes, y compris sur un téléphone.',
    APPROVAL:
      'Il y a un texte que nous aimerions vous faire lire avant toute chose. Vous pouvez l’accepter ou le refuser ; si vous le refusez, vous pouvez dire ce qui devrait changer.',
    SIGN_ON: 'Votre organisation est invitée à faire un choix au sujet d’un texte. Vous êtes libre de dire oui, de décliner ou d’attendre.',
    REFERRAL: 'Nous aimerions savoir si votre organisation peut aider. La page dit de quoi il est besoin.',
    REFERRAL_REVOKED: 'Une demande que nous vous avions envoyée a été retirée. Son lien ne s’ouvre plus. Merci pour votre temps.',
    HELP: 'Nous aimerions savoir si ce que vous attendiez vous est parvenu. Il suffit de choisir l’une des réponses.',
    REVIEW: 'Nous aimerions savoir où en sont les choses. Une réponse brève suffit.',
    RECEIPT:
      'Nous avons reçu votre réponse. La page montre ce qui a été noté. Si ce n’est pas vous qui avez répondu, dites-le-nous tout de suite.',
    OUTCOME: 'Il y a des nouvelles d’une démarche à laquelle vous avez pris part. Merci d’y avoir contribué.',
    TASK: 'Une tâche de votre liste est toujours ouverte et son délai court.',
    TASK_ESCALATED: 'Une tâche qui n’a pas été terminée à temps vous revient maintenant. Merci de consulter la liste des tâches.',
    TASK_RAISED: 'Quelque chose, dans une affaire que vous suivez, a besoin de vous maintenant. Merci de consulter la liste des tâches.',
    WITHDRAWN: 'Une démarche à laquelle vous avez pris part est arrêtée. Votre participation n’est plus utilisée. Merci de votre soutien.',
    KEY_INVITED:
      'Nous souhaitons vous écrire d’une manière que personne d’autre ne puisse lire. Pour cela, vous créez votre propre clé, sur une page qui demande deux minutes.',
    KEY_EXPIRES:
      'La clé avec laquelle nos messages vous sont scellés arrive à son terme. Veuillez en créer une nouvelle, pour que les messages continuent à vous parvenir.',
    KEY_CHANGED:
      'Une clé pour les messages qui vous sont adressés a été ajoutée ou changée. Si c’était vous, il n’y a rien à faire. Si ce n’était pas vous, dites-le-nous tout de suite, par la voie que vous connaissez déjà.',
    ADDRESS_CHANGED:
      'Nous n’écrivons plus à cette adresse : une autre est enregistrée désormais. Si vous l’avez demandé, il n’y a rien à faire. Sinon, dites-le-nous tout de suite, par la voie que vous connaissez déjà.',
    SEALED_WAITS: 'Un message scellé vous attend. Seule votre propre clé permet de le lire : personne n’a pu le lire en chemin.',
  },
  silence: {
    ACKNOWLEDGED: 'Vous n’avez rien à faire pour le moment.',
    CONSENT: 'Si vous ne faites rien, rien n’est accepté en votre nom. Le silence ne vaut jamais accord.',
    ADVICE: 'Si vous ne faites rien, aucun avis n’est noté pour vous. Le silence ne vaut jamais accord.',
    APPROVAL: 'Si vous ne faites rien, le texte reste où il est. Le silence ne vaut jamais accord.',
    SIGN_ON: 'Si vous ne faites rien, le nom de votre organisation n’est pas utilisé. Le silence ne vaut jamais accord.',
    REFERRAL: 'Si vous ne faites rien, nous demanderons ailleurs après ce délai. Un non nous est aussi utile qu’un oui.',
    REFERRAL_REVOKED: 'Vous n’avez rien à faire.',
    HELP: 'Si vous ne faites rien, nous n’en concluons pas que tout va bien : une personne de notre équipe cherche un moyen sûr de vous demander à nouveau.',
    REVIEW:
      'Si vous ne faites rien, nous n’en concluons pas que tout va bien : une personne de notre équipe cherche un moyen sûr de vous demander à nouveau.',
    RECEIPT: 'Si vous ne faites rien, votre réponse reste telle quelle.',
    OUTCOME: 'Vous n’avez rien à faire.',
    TASK: 'Si rien n’est fait d’ici là, la tâche passe à la personne qui vous remplace.',
    TASK_ESCALATED: 'Si rien n’est fait, la tâche reste ouverte et elle est signalée à nouveau.',
    TASK_RAISED: 'Tant que personne n’agit, la tâche reste ouverte dans la liste.',
    WITHDRAWN: 'Vous n’avez rien à faire.',
    KEY_INVITED:
      'Si vous ne faites rien, les messages pour vous attendent ici jusqu’à ce qu’il y ait une clé, et une personne de notre équipe cherche un autre moyen de vous joindre.',
    KEY_EXPIRES:
      'Si vous ne faites rien, les messages pour vous attendront ici à partir de ce moment, et une personne de notre équipe cherchera un autre moyen de vous joindre.',
    KEY_CHANGED: 'Si c’était vous, vous n’avez rien à faire.',
    ADDRESS_CHANGED: 'Si vous l’avez demandé, vous n’avez rien à faire.',
    SEALED_WAITS: 'Si vous ne faites rien, le message reste scellé. Rien n’est décidé en votre nom.',
  },
  openPage: 'Ouvrir votre page',
  linkIsPersonal: 'Le lien est pour vous uniquement : merci de ne pas le transmettre. L’ouvrir ne vous engage à rien.',
  clock: {
    ANSWER: 'Merci de répondre avant : {time}',
    CHANGE: 'Vous pouvez changer votre réponse jusqu’à : {time}',
    ACT: 'À faire avant : {time}',
  },
  onYourClock: 'À votre heure locale : {time}',
  genuineTitle: 'Ce message est-il authentique ?',
  genuineLink: 'Le lien doit commencer exactement par {host} et par rien d’autre.',
  genuineAsk:
    'Nous ne demandons jamais de mot de passe ni de documents par courriel. En cas de doute, n’ouvrez rien et interrogez-nous par la voie que vous connaissez déjà.',
  genuineAskKey:
    'La page demande la phrase secrète de votre clé ; elle ne quitte jamais votre appareil et personne de notre équipe ne vous la demandera. Nous ne demandons jamais de documents par courriel. En cas de doute, n’ouvrez rien et interrogez-nous par la voie que vous connaissez déjà.',
  care: 'Ouvrez la page sur un appareil de confiance. Merci de n’envoyer rien de confidentiel en réponse à ce courriel.',
  sealedSubject: {
    CONSENT: 'Une question à laquelle vous seul·e pouvez répondre',
    ADVICE: 'Votre avis est demandé sur un cas',
    APPROVAL: 'Une lettre à votre sujet : êtes-vous d’accord ?',
    REFERRAL: 'Votre organisation peut-elle aider quelqu’un ?',
    HELP: 'L’aide vous est-elle parvenue ?',
    REVIEW: 'Comment allez-vous maintenant ?',
    RECEIPT: 'Votre réponse nous est parvenue',
  },
  sealedReminder: 'Rappel : {subject}',
  enclosed: 'Le texte lui-même accompagne ce message. Merci de le garder aussi confidentiel que le message et de ne pas le transmettre.',
};
