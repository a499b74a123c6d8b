import type { SealingWords } from '../sealing-words.ts';

export const sealingFr: SealingWords = {
  footer:
    'Cette page utilise un seul script, le nôtre, et ne dépose aucun cookie. Ce que vous tapez reste dans ce navigateur. Fermez-la quand vous avez terminé.',
  passphrase: 'Phrase de passe',
  show: 'Montrer ce que je tape',
  key: {
    heading: 'Une clé à vous',
    lead: 'Une partie de ce que nous vous écrivons ne doit être lue par personne d’autre : ni votre fournisseur de messagerie, ni quiconque entrerait dans votre boîte. Pour cela, il vous faut une clé.',
    halves:
      'Une clé a deux moitiés. La moitié publique nous parvient : elle nous sert à fermer les messages pour vous. La moitié secrète les ouvre. Vous seul·e l’avez, et une phrase de passe la protège.',
    loss: 'Si vous perdez à la fois la phrase de passe et la feuille de secours, plus personne ne pourra ouvrir ces messages, et nous non plus. Il faudra alors créer une nouvelle clé.',
    makeHeading: 'Créer une clé dans ce navigateur',
    scriptOff:
      'Créer une clé demande des scripts, et ils sont désactivés ici. Autorisez-les pour cette page, ouvrez-la dans un autre navigateur, ou utilisez OpenPGP ci-dessous.',
    unable:
      'Ce navigateur a désactivé un élément nécessaire pour créer une clé (WebAssembly). Dans le navigateur Tor, choisissez le niveau de sécurité « Standard » le temps de le faire ; ou ouvrez cette page dans un autre navigateur, ou utilisez OpenPGP ci-dessous. Rien n’a été envoyé.',
    passphraseHint:
      'Plusieurs mots que personne ne mettrait ensemble, et qui ne servent nulle part ailleurs. Une phrase tirée d’un livre ou d’une chanson se devine vite. Le plus sûr est de nous laisser en proposer une, tirée au hasard dans ce navigateur.',
    again: 'La phrase de passe encore une fois',
    suggest: 'Proposer une phrase',
    tooWeak: (bits) => `Trop faible pour l’instant : environ ${bits} bits sur les 70 nécessaires.`,
    strongEnough: (bits) => `Assez forte : environ ${bits} bits.`,
    weakFault: 'Cette phrase pourrait être devinée. Ajoutez des mots, ou laissez-nous en proposer une.',
    differentFault: 'Les deux phrases ne sont pas les mêmes. Tapez-la encore une fois.',
    failed:
      'La clé n’a pas pu être créée : cet appareil manque peut-être de mémoire libre. Fermez d’autres pages et réessayez. Rien n’a été envoyé.',
    working: 'Calcul en cours. Cela prend quelques secondes, pendant lesquelles la page ne répond pas.',
    make: 'Créer ma clé',
    madeHeading: 'Votre clé est créée. Gardez maintenant la feuille de secours.',
    sheetLead:
      'Imprimez cette feuille, ou recopiez le code à la main. Il ouvre vos messages si vous oubliez la phrase de passe. Il n’est montré que cette fois.',
    print: 'Imprimer la feuille',
    kept: 'J’ai gardé la feuille, ou recopié le code',
    sendMeans:
      'Ce qui est envoyé : la moitié publique, et la moitié secrète fermée par votre phrase. Ni la phrase ni le code ne quittent ce navigateur.',
    send: 'Envoyer la moitié publique',
  },
  sheet: {
    heading: 'Feuille de secours',
    address: 'Adresse du réseau',
    madeOn: 'Créée le',
    fingerprint: 'Empreinte de la clé',
    code: 'Code de secours secret',
    warning:
      'Quiconque a ce code peut lire vos messages. Gardez-le hors ligne : sur papier, en lieu sûr, jamais dans une photo, un courriel ou un nuage.',
    use: 'Pour ouvrir un message avec lui, choisissez « J’utilise le code de ma feuille de secours » sur la page du message.',
  },
  openPgp: {
    heading: 'J’utilise OpenPGP',
    lead: 'Si vous lisez déjà du courrier chiffré avec OpenPGP, donnez-nous votre certificat public, et nous chiffrerons nos courriels avec lui.',
    label: 'Certificat public',
    hint: 'En entier, de la ligne « BEGIN PGP PUBLIC KEY BLOCK » jusqu’à la fin. Jamais votre clé secrète.',
    send: 'Envoyer mon certificat',
    secretNotSent: 'C’était une clé secrète. Elle n’a pas été envoyée et n’est plus dans le champ. Collez le certificat public.',
  },
  keyFaults: {
    UNREADABLE:
      'Ceci ne peut pas être lu comme une clé. Collez le certificat en entier, avec sa première et sa dernière ligne, ou créez la clé encore une fois.',
    CHEAP_PASSPHRASE: 'La phrase de passe de cette clé se devinerait trop facilement. Créez la clé encore une fois sur cette page.',
    ENDS_SOON: 'Ce certificat expire dans moins d’une semaine. Prolongez-le et collez-le de nouveau.',
    SECRET_KEY:
      'C’était une clé secrète. Nous ne l’avons pas gardée, mais elle est sortie de vos mains : créez-en une nouvelle et collez son certificat public.',
    NO_ENCRYPTION: 'Ce certificat n’a aucune clé de chiffrement utilisable maintenant. Ajoutez-en une et collez-le de nouveau.',
    EXPIRED: 'Ce certificat a expiré. Prolongez-le et collez-le de nouveau.',
    REVOKED: 'Ce certificat a été révoqué. Collez-en un qui est en usage.',
    TOO_WEAK: 'Ce certificat utilise des méthodes qui ne sont plus sûres. Créez-en un nouveau et collez-le.',
    UNKNOWN_METHOD:
      'Ce certificat utilise des méthodes que nous ne pouvons pas vérifier ici. Créez-en un avec Curve25519 ou RSA et collez-le.',
    NOT_ONE_CERTIFICATE: 'Il faut un certificat, ni plus ni moins. Collez seulement le vôtre.',
    KNOWN_KEY: 'Cette clé est déjà connue ici. Si elle a pris fin, créez-en une autre ; sinon, il n’y a rien à faire.',
    TOO_COSTLY:
      'Ce certificat demande trop de travail pour être vérifié. Exportez-en un minimal (GnuPG : --export-options export-minimal) ou créez-en un avec Curve25519, et collez-le.',
    TOO_LARGE: 'Ce certificat est trop long. Exportez-le sans les signatures des autres et collez-le de nouveau.',
  },
  keyReceipt: {
    heading: 'Votre clé est arrivée',
    compare:
      'Quelqu’un du réseau comparera ces caractères avec vous, par téléphone ou en personne. Notez-les, ou gardez la feuille de secours à portée de main.',
    active: 'Désormais, ce qui est confidentiel est fermé avec cette clé.',
    pending: 'Elle servira une fois que cela aura été fait. D’ici là, votre clé actuelle reste en usage.',
  },
  message: {
    heading: 'Un message scellé pour vous',
    lead: 'Seule votre clé l’ouvre. Cela se passe dans ce navigateur : rien de ce que vous tapez ici n’est envoyé ni gardé.',
    scriptOff:
      'Ouvrir un message scellé demande des scripts, et ils sont désactivés ici. Autorisez-les pour cette page, ou ouvrez le même lien dans un autre navigateur. Il n’y a pas d’autre moyen : nous ne pouvons pas l’ouvrir pour vous.',
    unable:
      'Ce navigateur a désactivé un élément nécessaire pour ouvrir un message (WebAssembly). Dans le navigateur Tor, choisissez le niveau de sécurité « Standard » le temps de le faire, ou ouvrez le même lien dans un autre navigateur.',
    passphraseHint: 'Celle que vous avez choisie en créant votre clé.',
    useCode: 'J’utilise le code de ma feuille de secours',
    code: 'Code de secours',
    codeHint: '14 groupes de 4 caractères. Laissez la phrase de passe vide.',
    open: 'Ouvrir le message',
    working: 'Calcul en cours. Cela prend quelques secondes, pendant lesquelles la page ne répond pas.',
    empty: 'Tapez votre phrase de passe, ou le code de votre feuille de secours.',
    wrongPassphrase: 'Cette phrase n’ouvre pas votre clé. Vérifiez les majuscules et la langue du clavier, et réessayez.',
    wrongCode: 'Il y a une erreur dans ce code. Comparez-le avec la feuille, groupe par groupe.',
    otherKey: 'Ce message a été scellé pour une autre clé. Si vous en avez créé une nouvelle depuis, demandez-nous de le renvoyer.',
    failed: 'Il n’a pas pu être ouvert : cet appareil manque peut-être de mémoire libre. Fermez d’autres pages et réessayez.',
    lost: 'Si vous n’avez ni la phrase ni la feuille, dites-le à votre personne de contact. Vous créerez une nouvelle clé et recevrez le message de nouveau.',
    act: 'Continuer vers ce qui vous est demandé',
    elsewhere: 'Cette adresse mène ailleurs. Elle est écrite ici pour que vous en jugiez :',
    attached: (name) => `Pièce jointe : ${name}`,
    forget: 'Fermer le message',
    forgetMeans: 'Le fermer, ou quitter cette page, fait oublier tout ce qui a été ouvert.',
  },
};
