import type { SealingWords } from '../sealing-words.ts';

export const sealingEs: SealingWords = {
  footer:
    'Esta página usa un único programa nuestro y no guarda cookies. Lo que escriba se queda en este navegador. Ciérrela cuando termine.',
  passphrase: 'Frase de contraseña',
  show: 'Mostrar lo que escribo',
  key: {
    heading: 'Una clave propia',
    lead: 'Parte de lo que le escribimos no debe poder leerlo nadie más: ni su proveedor de correo ni quien entre en su buzón. Para eso necesita una clave.',
    halves:
      'Una clave tiene dos mitades. La mitad pública nos la envía: con ella cerramos los mensajes para usted. La mitad secreta los abre. Solo usted la tiene, y una frase de contraseña la protege.',
    loss: 'Si pierde tanto la frase como la hoja de recuperación, ya nadie podrá abrir esos mensajes, tampoco nosotros. Entonces tendría que crear otra clave.',
    makeHeading: 'Crear una clave en este navegador',
    scriptOff:
      'Para crear una clave hacen falta programas en el navegador, y aquí están desactivados. Permítalos en esta página, ábrala en otro navegador o use OpenPGP más abajo.',
    unable:
      'Este navegador tiene desactivada una parte necesaria para crear una clave (WebAssembly). En el navegador Tor, elija el nivel de seguridad «Estándar» mientras dure esto; o abra la página en otro navegador, o use OpenPGP más abajo. No se ha enviado nada.',
    passphraseHint:
      'Varias palabras que nadie juntaría y que no use en ningún otro lugar. Una frase de un libro o de una canción se adivina pronto. Lo más seguro es que le propongamos una, sacada al azar en este navegador.',
    again: 'La frase otra vez',
    suggest: 'Proponer una frase',
    tooWeak: (bits) => `Todavía demasiado débil: unos ${bits} bits de los 70 necesarios.`,
    strongEnough: (bits) => `Bastante fuerte: unos ${bits} bits.`,
    weakFault: 'Esta frase podría adivinarse. Añada palabras o deje que le propongamos una.',
    differentFault: 'Las dos frases no son iguales. Escríbala otra vez.',
    failed:
      'No se pudo crear la clave: quizá este dispositivo tenga poca memoria libre. Cierre otras páginas y vuelva a intentarlo. No se ha enviado nada.',
    working: 'Calculando. Tarda unos segundos, y mientras tanto la página no responde.',
    make: 'Crear mi clave',
    madeHeading: 'Su clave está creada. Guarde ahora la hoja de recuperación.',
    sheetLead: 'Imprima esta hoja o copie el código a mano. Abre sus mensajes si olvida la frase. Solo se muestra esta vez.',
    print: 'Imprimir la hoja',
    kept: 'He guardado la hoja o copiado el código',
    sendMeans: 'Se envían la mitad pública y la mitad secreta cerrada con su frase. Ni la frase ni el código salen de este navegador.',
    send: 'Enviar la mitad pública',
  },
  sheet: {
    heading: 'Hoja de recuperación',
    address: 'Dirección de la red',
    madeOn: 'Creada el',
    fingerprint: 'Huella de la clave',
    code: 'Código secreto de recuperación',
    warning:
      'Quien tenga este código puede leer sus mensajes. Guárdelo sin conexión: en papel, en un lugar seguro, nunca en una foto, un correo o una nube.',
    use: 'Para abrir un mensaje con él, elija «Uso el código de mi hoja de recuperación» en la página del mensaje.',
  },
  openPgp: {
    heading: 'Uso OpenPGP',
    lead: 'Si ya lee correo cifrado con OpenPGP, denos su certificado público y cifraremos nuestro correo con él.',
    label: 'Certificado público',
    hint: 'Completo, desde la línea «BEGIN PGP PUBLIC KEY BLOCK» hasta el final. Nunca su clave secreta.',
    send: 'Enviar mi certificado',
    secretNotSent: 'Eso era una clave secreta. No se ha enviado y ya no está en el campo. Pegue el certificado público.',
  },
  keyFaults: {
    UNREADABLE:
      'Esto no se puede leer como clave. Pegue el certificado completo, con su primera y su última línea, o cree la clave otra vez.',
    CHEAP_PASSPHRASE: 'Sería demasiado fácil adivinar la frase de esta clave. Cree la clave otra vez en esta página.',
    ENDS_SOON: 'Este certificado caduca en menos de una semana. Amplíe su validez y péguelo otra vez.',
    SECRET_KEY:
      'Esto era una clave secreta. No la hemos guardado, pero ha salido de sus manos: cree una nueva y pegue su certificado público.',
    NO_ENCRYPTION: 'Este certificado no tiene ninguna clave de cifrado que se pueda usar ahora. Añada una y péguelo otra vez.',
    EXPIRED: 'Este certificado ha caducado. Amplíe su validez y péguelo otra vez.',
    REVOKED: 'Este certificado fue revocado. Pegue uno que esté en uso.',
    TOO_WEAK: 'Este certificado usa métodos que ya no son seguros. Cree uno nuevo y péguelo.',
    UNKNOWN_METHOD: 'Este certificado usa métodos que aquí no podemos comprobar. Cree uno con Curve25519 o RSA y péguelo.',
    NOT_ONE_CERTIFICATE: 'Tiene que ser un certificado, ni más ni menos. Pegue solo el suyo.',
    KNOWN_KEY: 'Esta clave ya se conoce aquí. Si se dio por terminada, cree otra; si no, no hay nada que hacer.',
    TOO_COSTLY:
      'Comprobar este certificado exige demasiado trabajo. Exporte uno mínimo (GnuPG: --export-options export-minimal) o cree uno con Curve25519, y péguelo.',
    TOO_LARGE: 'Este certificado es demasiado largo. Expórtelo sin las firmas de otras personas y péguelo otra vez.',
  },
  keyReceipt: {
    heading: 'Su clave ha llegado',
    compare:
      'Alguien de la red comparará estos caracteres con usted, por teléfono o en persona. Anótelos o tenga a mano la hoja de recuperación.',
    active: 'Desde ahora, lo confidencial se cierra con esta clave.',
    pending: 'Se usará cuando eso se haya hecho. Hasta entonces sigue en uso su clave actual.',
  },
  message: {
    heading: 'Un mensaje cerrado para usted',
    lead: 'Solo su clave lo abre. Ocurre en este navegador: nada de lo que escriba aquí se envía ni se guarda.',
    scriptOff:
      'Para abrir un mensaje cerrado hacen falta programas en el navegador, y aquí están desactivados. Permítalos en esta página o abra el mismo enlace en otro navegador. No hay otra manera: no podemos abrirlo por usted.',
    unable:
      'Este navegador tiene desactivada una parte necesaria para abrir un mensaje (WebAssembly). En el navegador Tor, elija el nivel de seguridad «Estándar» mientras dure esto, o abra el mismo enlace en otro navegador.',
    passphraseHint: 'La que eligió al crear su clave.',
    useCode: 'Uso el código de mi hoja de recuperación',
    code: 'Código de recuperación',
    codeHint: '14 grupos de 4 caracteres. Deje vacía la frase.',
    open: 'Abrir el mensaje',
    working: 'Calculando. Tarda unos segundos, y mientras tanto la página no responde.',
    empty: 'Escriba su frase o el código de su hoja de recuperación.',
    wrongPassphrase: 'Esta frase no abre su clave. Mire las mayúsculas y el idioma del teclado, y vuelva a intentarlo.',
    wrongCode: 'Hay un error en este código. Compárelo con la hoja, grupo por grupo.',
    otherKey: 'Este mensaje se cerró con otra clave. Si después ha creado una nueva, pídanos que lo enviemos otra vez.',
    failed: 'No se pudo abrir: quizá este dispositivo tenga poca memoria libre. Cierre otras páginas y vuelva a intentarlo.',
    lost: 'Si no tiene ni la frase ni la hoja, dígaselo a la persona con la que está en contacto. Creará otra clave y recibirá el mensaje de nuevo.',
    act: 'Seguir a lo que se le pide',
    elsewhere: 'Esta dirección lleva a otro lugar. La escribimos para que usted decida:',
    attached: (name) => `Adjunto: ${name}`,
    forget: 'Cerrar el mensaje',
    forgetMeans: 'Al cerrarlo o al salir de esta página se olvida todo lo abierto.',
  },
};
