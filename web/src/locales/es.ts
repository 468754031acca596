import type { Texts } from "../i18n/messages";
import type { ServerTexts } from "../i18n/serverText";

/** What the admin says in Spanish, that of Spain and of Latin America alike, and what it says in the place of the server's English. */
export const es: Texts & ServerTexts = {
  ui: {
    cancel: "Cancelar",
    close: "Cerrar",
    contactSupport: "Contactar con el equipo de asistencia",
    copied: "Copiado.",
    copy: "Copiar",
    copyRefused: "El navegador no permite copiar aquí: selecciona el texto y cópialo.",
    deadline: "{at} <note>({fromNow})</note>",
    loading: "Cargando…",
    requestId: "Id. de la solicitud: <code>{id}</code>",
    tryAgain: "Reintentar",
  },
  app: {
    notFound: "Página no encontrada",
    nothingHere: "No hay nada en esta dirección. <link>Ir al resumen</link>",
    pageFailed: "No se puede mostrar esta página. No ha cambiado nada por ello.",
    pages: {
      label: "Páginas",
      overview: "Resumen",
      settings: "Ajustes",
      activity: "Actividad",
      apiKeys: "Claves de API",
      webhooks: "Webhooks",
    },
    sandbox: "Entorno de pruebas: no se lee ni se escribe nada en una tienda real.",
    wentWrong: "Se produjo un error",
  },
  api: {
    signIn: "Abre la app desde tu panel de control de Shopify para iniciar sesión.",
    unreachable: "No se puede acceder al servidor de la app. Comprueba la conexión y reinténtalo.",
  },
  shared: {
    accountKinds: { TIKTOK_SHOP: "TikTok Shop", TIKTOK_FOR_BUSINESS: "TikTok for Business" },
    actor: {
      inShopifyAdmin: "En el panel de control de Shopify",
      byPerson: "por {name}",
      byShopifyAdmin: "en el panel de control de Shopify",
    },
    exceptions: {
      namesUnreadable:
        "Ahora no se puede preguntar a Shopify cómo se llaman los productos y las sucursales: aquí figuran sus números.",
      present: "Ahora",
      recorded: "Antes de TikTok Shop",
      someListed: "Se muestran las primeras {listed, number} de {count, number}.",
      reasons: {
        RESOURCE_DELETED: "Ya no existe.",
        LOCATION_INACTIVE: "La sucursal está desactivada.",
        NOT_WRITABLE: "Shopify no permite que la app lo cambie.",
        ONLY_ONLINE_LOCATION: "Es la última sucursal que prepara pedidos online y Shopify la mantiene.",
        APP_UNINSTALLED: "La app se desinstaló entretanto.",
        SCOPE_MISSING: "A la app le falta el permiso.",
        ACCEPTED: "Se aceptó tal como está.",
      },
    },
    groups: {
      PRODUCTS: "Productos",
      PRICES: "Precios",
      STOCK: "Existencias",
      ORDERS: "Pedidos y devoluciones",
      SHIPPING: "Envíos",
      TAXES: "Impuestos",
      ADS: "TikTok for Business",
      TECHNICAL: "Datos técnicos",
      other: "Otros",
    },
    leave: { title: "¿Salir sin guardar?", stay: "Quedarme", leave: "Salir" },
    nextSteps: {
      connectAgain: "Conectar de nuevo",
      orderWork: "Los pedidos de TikTok Shop se gestionan ahora en <link>TikTok Seller Center</link>, y solo allí.",
      waiting:
        "{count, plural, one {Hay # pedido o solicitud} other {Hay # pedidos y solicitudes}} sin asumir allí: el registro los enumera.",
    },
    notice: { dismiss: "Descartar" },
    openRecord: "Abrir el registro",
    openSellerCenter: "Abrir Seller Center",
    openShopifyAdmin: "Abrir el panel de control de Shopify",
    secret: {
      copyNow: "Copia el secreto ahora. Se muestra solo esta vez y nadie podrá volver a leerlo.",
      copyRefused: "El navegador no permite copiar aquí: selecciona el secreto y cópialo.",
      done: "Listo",
      label: "Secreto",
      notCopied: "No has copiado el secreto. Después de esto, nadie podrá volver a leerlo.",
      title: "Secreto de {name}",
    },
    settingsCount: "{count, plural, one {# ajuste} other {# ajustes}}",
  },
  audit: {
    actions: {
      STORE_REGISTERED: "La tienda empezó a usar la app",
      ACCOUNT_CONNECTED: "Conectó",
      ACCOUNT_DISCONNECTING: "Empezó a desconectar",
      DISCONNECTION_BLOCKED: "No puede seguir desconectando",
      ACCOUNT_DISCONNECTED: "Desconectó",
      TIKTOK_AUTHORIZATION_EXPIRING: "Pronto perderá el acceso a",
      TIKTOK_AUTHORIZATION_LOST: "Perdió el acceso a",
      STORE_UNINSTALLED: "Desinstaló la app",
      API_KEY_CREATED: "Creó la clave de API",
      API_KEY_REVOKED: "Revocó la clave de API",
      API_KEY_ROTATED: "Renovó la clave de API",
      WEBHOOK_ENDPOINT_CREATED: "Creó un destino de webhooks",
      WEBHOOK_ENDPOINT_UPDATED: "Cambió un destino de webhooks",
      WEBHOOK_ENDPOINT_DELETED: "Eliminó un destino de webhooks",
      WEBHOOK_SECRET_ROTATED: "Renovó el secreto de un destino de webhooks",
      EVENTS_REDELIVERED: "Hizo enviar eventos de nuevo a un destino de webhooks",
    },
    change: "{title}: {before} → {after}",
    changed: "Se cambió: {titles}",
    none: "Todavía no se ha hecho nada.",
    settingsChanged: "{count, plural, one {# ajuste cambiado} other {# ajustes cambiados}}",
  },
  transitions: {
    beingConnected: "Se está conectando {name}.",
    beingDisconnected: "Se está desconectando {name}.",
    blocked: "No se puede desconectar {name} sin tu ayuda.",
    connected: "Se conectó {name}.",
    disconnected: {
      unknown: "Se desconectó {name}. El registro indica cómo se restauraron los ajustes de la tienda.",
      notRead:
        "Se desconectó {name}. La tienda se aceptó como está y no se volvió a leer: el registro enumera lo que no se restauró.",
      whole: "Se desconectó {name}. Los ajustes de la tienda están como antes de conectarla.",
      exceptions:
        "Se desconectó {name}. Los ajustes de la tienda están como antes de conectarla, salvo {count, plural, one {# valor} other {# valores}}: el registro enumera lo que no se pudo restaurar.",
    },
    progress: {
      nothingWritten: "Todavía no se ha escrito nada en la tienda.",
      reading: "Se está leyendo la tienda.",
      waiting: "Próximo intento: {at}.",
      written: "Se han escrito en la tienda {done, number} de {total, number} cambios.",
    },
  },
  values: {
    edited: "Editado",
    empty: "Vacío",
    gone: {
      location: "Una sucursal que ya no existe ({number})",
      product: "Un producto que ya no existe ({number})",
    },
    long: "Valor largo, {kilobytes, number} kB",
    more: "{count, number} más",
    none: "Ninguno",
    notSet: "Sin definir",
    off: "Desactivado",
    offUntil: "Desactivado, hasta el {date}",
    on: "Activado",
    onUntil: "Activado, hasta el {date}",
    open: "Abrir",
    openLong: "Abrir el valor largo de {title}",
    opening: "Abriendo…",
    removed: "Eliminado",
    sameCount: "{count, number} sin cambios",
    showMore: "Mostrar {some, number} de {rest, number} más",
    unreadable: "No se puede leer el valor ahora. Reinténtalo.",
    counts: {
      carriers: "{count, plural, one {# transportista vinculado} other {# transportistas vinculados}}",
      events: "{count, plural, one {# evento de la tienda} other {# eventos de la tienda}}",
      listings: "{count, plural, one {# publicación vinculada} other {# publicaciones vinculadas}}",
      locations: "{count, plural, one {# sucursal vinculada} other {# sucursales vinculadas}}",
      locationsOn: "{on, number} de {count, plural, one {# sucursal activada} other {# sucursales activadas}}",
      productsManaged: "{on, number} de {count, plural, one {# producto gestionado} other {# productos gestionados}}",
      productsPublished: "{on, number} de {count, plural, one {# producto publicado} other {# productos publicados}}",
      tags: "{count, plural, one {# etiqueta} other {# etiquetas}}",
      templates: "{count, plural, one {# plantilla} other {# plantillas}}",
    },
    members: {
      account: "Cuenta",
      accountId: "Id. de la cuenta",
      advancedMatching: "Coincidencia avanzada",
      businessCenter: "Business Center",
      channel: "Canal",
      id: "Id.",
      kind: "Tipo",
      product: "producto",
      shown: "Visible",
      sku: "SKU",
      specification: "Especificación",
      until: "Hasta",
      value: "Valor",
    },
    names: {
      acceptedSetup: "Todo está configurado",
      autoSku: "Por coincidencia de SKU",
      byHand: "A mano",
      compareAtPrice: "Precio de comparación",
      enhanced: "Mejorado",
      fixedAmount: "Importe fijo",
      holdImmediate: "Entra de inmediato",
      holdImported: "Entra de inmediato, retenido",
      holdWaits: "Entra después de esa hora",
      managed: "Gestionado",
      marketplaceCollects: "Los recauda TikTok",
      maximum: "Máximo",
      merchantCollects: "Los recaudas tú",
      notManaged: "Sin gestionar",
      notPublished: "Sin publicar",
      notVisible: "Oculta",
      percentage: "Porcentaje",
      price: "Precio",
      published: "Publicado",
      requiresAction: "Falta algo por hacer",
      sellerShipping: "Tus propios envíos",
      standard: "Estándar",
      tikTokShipping: "Envíos de TikTok",
      visible: "Visible",
    },
    quantities: {
      inStock: "{digits} en existencias",
      kilograms: "{digits} kg",
      oneProductADay: "Hasta {digits} producto al día",
      percent: "{digits} %",
      productsADay: "Hasta {digits} productos al día",
    },
    units: {
      inStock: "en existencias",
      kilograms: "kg",
      percent: "%",
      priceCurrency: "en la moneda del precio",
      productsADay: "productos al día",
    },
  },
  overview: {
    adsHint:
      "No hay ninguna cuenta de TikTok for Business conectada. Los anuncios se configuran en TikTok Ads Manager.",
    allActivity: "Toda la actividad",
    busyHint: "Se está conectando o desconectando una cuenta de TikTok Shop. Cuando termine, se podrá conectar otra.",
    connect: "Conectar",
    disconnect: "Desconectar",
    disconnectAccount: "Desconectar {name}",
    facts: "{externalId} · {region} · conectada desde el {at}",
    latestActivity: "Actividad reciente",
    left: {
      exceptions: "{count, plural, one {# valor no se restauró} other {# valores no se restauraron}}.",
      orders:
        "{count, plural, one {# pedido o solicitud está pendiente} other {# pedidos y solicitudes están pendientes}} en TikTok Seller Center y nadie se ha hecho cargo todavía.",
      title: "Pendiente tras desconectar {name}",
    },
    shopHint:
      "Conecta una cuenta de TikTok Shop para vender en TikTok los productos de esta tienda. Puedes desconectar cuando quieras: tu tienda vuelve a los ajustes de hoy.",
    title: "Resumen",
    orders: {
      allDoneIn: "Los pedidos de TikTok Shop se gestionan en {system}: {tasks}.",
      sellerCenter: "TikTok Seller Center",
      sellerCenterFor: "TikTok Seller Center para {task}",
      shopify: "Shopify",
      title: "Gestión de pedidos",
      tasks: {
        FULFILLMENT: "Preparación de pedidos",
        CANCELLATION: "Cancelaciones",
        RETURN: "Devoluciones",
        REFUND: "Reembolsos",
      },
    },
  },
  settings: {
    title: "Ajustes",
    accounts: {
      connect: "Conectar",
      connectedSince: "{kind} · {externalId} · {region} · conectada desde el {at}",
      disconnect: "Desconectar",
      disconnectAccount: "Desconectar {name}",
      disconnectedAt: "{kind} · {externalId} · {region} · desconectada el {at}",
      none: "No hay ninguna cuenta de TikTok Shop conectada.",
      statuses: {
        CONNECTING: "Conectándose",
        CONNECTED: "Conectada",
        DISCONNECTING: "Desconectándose",
        DISCONNECTED: "Desconectada",
      },
      title: "Cuentas",
    },
    details: {
      atDisconnect: "Al desconectar",
      by: "{actor}, {at}",
      changed: "Último cambio",
      copyKey: "Copiar la clave de {title}",
      key: "Clave",
      label: "Detalles de {title}",
      outcomes: {
        STORE: "Vuelve a su valor anterior",
        TIKTOK_SHOP: "Desaparece: es solo para TikTok Shop",
        ADS: "Se queda como está",
      },
      title: "Detalles",
    },
    editor: {
      adjustmentHint: "+ sube el precio, - lo baja.",
      carrier: "Transportista en Shopify",
      carrierAdd: "Añadir un transportista",
      carrierId: "Id. del transportista en TikTok",
      carrierMissing: "Escribe el nombre que el transportista tiene en Shopify.",
      carrierIdMissing: "Escribe el id. que TikTok tiene para el transportista.",
      carrierNumber: "Transportista {number, number}",
      carrierRemove: "Quitar",
      carrierRemoved: "Quitado: {name}.",
      carrierRemoveNamed: "Quitar {name}",
      carrierTwice: "Este transportista ya está en la lista.",
      notADate: "Escribe una fecha completa o déjala vacía.",
      notANumber: "Escribe un número, como {example}.",
      notAValue: "Esto no es un valor. Los textos y los nombres van entre comillas.",
      notTaken: "Shopify no lo ha aceptado. El ajuste conserva el valor que tiene la tienda.",
      oneALine: "Uno por línea.",
      save: "Guardar",
      saved: "{title}: guardado.",
      saving: "Guardando…",
      unsaved: "Lo que has escrito en {title} no está guardado.",
      untilHint: "Déjalo vacío si no tiene fin.",
      valueNow: "El valor actual, que se sustituirá al guardar: {value}",
    },
    groups: {
      about: {
        ADS: "El canal de anuncios. Al desconectar TikTok Shop se queda como está.",
        TECHNICAL: "Lo que la app mantiene por su cuenta. Aquí no tienes que hacer nada.",
      },
      none: "Los ajustes de TikTok Shop aparecen al conectar una cuenta.",
    },
    row: {
      byPrograms: "Lo escriben programas con una clave de API. Aquí no se edita.",
      changed: "Cambiado",
      edit: "Editar",
      editSetting: "Editar {title}",
    },
    search: {
      changedSince: "Cambiados desde la conexión ({count, number})",
      found: "{count, plural, one {# ajuste encontrado.} other {# ajustes encontrados.}}",
      label: "Buscar ajustes",
      nothing: "No se encontró ningún ajuste. Prueba con otra palabra.",
    },
  },
  disconnect: {
    title: "Desconectar TikTok Shop",
    titleOf: "¿Desconectar {name}?",
    agree: "He leído esto y quiero desconectar.",
    disconnect: "Desconectar",
    disconnecting: "Desconectando…",
    inDoubt:
      "No llegó ninguna respuesta, así que puede estar hecho o no. Reinténtalo: se hace una sola vez, aunque lo pidas varias.",
    unknown: "No llegó ninguna respuesta: no se sabe si {name} se desconectó. Míralo en el resumen.",
    progress: "Cada ajuste se restaura y se vuelve a leer. Tarda un momento.",
    whileConnecting:
      "{name} todavía se está conectando. Al desconectar se interrumpe y la tienda recupera lo que se haya cambiado hasta ahora. TikTok for Business se queda como está.",
    asOf: "Estado al {at}.",
    goesBack: {
      title: "Lo que vuelve a su valor anterior",
      none: "Ningún ajuste de tu tienda: todos están como estaban.",
      some: "{count, plural, one {# ajuste de tu tienda} other {# ajustes de tu tienda}}: {groups}.",
      group: "{count, number} en {name}",
      removed:
        "{count, plural, one {Se elimina # ajuste que TikTok Shop añadió.} other {Se eliminan # ajustes que TikTok Shop añadió.}}",
      leaving: "{count, plural, one {Sale de TikTok Shop # producto.} other {Salen de TikTok Shop # productos.}}",
      published:
        "{count, plural, one {# de ellos se publicó desde entonces.} other {# de ellos se publicaron desde entonces.}}",
      exception: "No se puede restaurar 1 valor: {what}.",
      exceptions: "No se pueden restaurar {count, number} valores: {what} y otros.",
      noException: "Se puede restaurar todo.",
      moment: "Tarda un momento.",
      duration: "Tarda aproximadamente {duration}.",
    },
    edits: {
      title: "Lo que cambiaste y perderás",
      none: "Nada: no se ha editado ningún ajuste desde la conexión.",
      more: "{count, number} más: {titles}",
      by: "(editado {actor})",
      longValue: "un valor largo",
      notSet: "sin definir",
      removed: "eliminado",
      setting: "{title}:",
      sides: "ahora {now}, después {after}",
    },
    waiting: {
      title: "Lo que espera en Seller Center",
      nothing: "Ahora no hay nada pendiente.",
      unknown: "TikTok no ha dicho qué hay pendiente: míralo allí.",
      deadline: "Plazo más próximo: {at}",
      center: "Después se gestiona en <link>Seller Center</link>",
      tasks: {
        FULFILLMENT: "{count, number} por enviar",
        CANCELLATION: "{count, plural, one {# cancelación} other {# cancelaciones}}",
        RETURN: "{count, plural, one {# devolución} other {# devoluciones}}",
        REFUND: "{count, plural, one {# reembolso} other {# reembolsos}}",
      },
    },
    stays: {
      title: "Lo que se queda igual",
      ads: "TikTok for Business (tus anuncios), y tus productos, pedidos y clientes en Shopify.",
    },
    exceptions: {
      label: "Lo que no se puede restaurar",
      title: "{count, plural, one {No se puede restaurar # valor} other {No se pueden restaurar # valores}}",
    },
    changes: {
      label: "Lo que cambiará",
      none: "Ningún ajuste: todos están como estaban.",
      title: "Todos los cambios de tu tienda, ahora y después: {count, plural, one {# ajuste} other {# ajustes}}",
      added:
        "{count, plural, one {Se eliminará # ajuste que TikTok Shop añadió} other {Se eliminarán # ajustes que TikTok Shop añadió}}",
      kind: "{kind} ({count, number})",
      kinds: { UPDATED: "Restaurados", ADDED: "Creados de nuevo", REMOVED: "Eliminados" },
      now: "Ahora",
      after: "Después",
    },
    warnings: { title: "Antes de desconectar" },
    stale: {
      title: "Algo cambió después de mostrar esto, así que no se hizo nada. Revísalo y confirma de nuevo.",
      whenShown: "Al mostrarlo",
      now: "Ahora",
      warning: "La advertencia de abajo es nueva; los ajustes son los mismos.",
      warningOrLong:
        "Una advertencia de abajo es nueva o ha cambiado un valor largo; los demás ajustes son los mismos.",
    },
    cannot: {
      noAccount: "Esta tienda no tiene esa cuenta.",
      notShop: "{name} no es una cuenta de TikTok Shop: se queda como está.",
      damaged:
        "No se puede desconectar {name}: los ajustes registrados antes de conectarla faltan o están dañados. No se ha cambiado nada. Consulta al equipo de asistencia de la app.",
      underWay: "Se está desconectando {name}.",
      already: "{name} ya está desconectada.",
    },
  },
  apikeys: {
    title: "Claves de API",
    about:
      "Con una clave de API, el programa de un socio actúa en nombre de tu tienda hasta donde la clave lo permite. Lo que hace aparece en la actividad con el nombre de la clave.",
    try: "Para probar la API no hace falta ninguna: <link>abre GraphiQL</link>.",
    keys: "Claves",
    none: "Todavía no hay ninguna.",
    notFound: "Esta tienda no tiene esa clave, o ya no la tiene.",
    row: {
      oldKey: "{name}, la clave antigua",
      facts: "Creada {created} · {used} · {end}",
      lastUsed: "usada por última vez {at}",
      neverUsed: "no se ha usado nunca",
      neverExpires: "no caduca",
      expired: "caducó: {at}",
      expires: "caduca: {at}",
      rotate: "Renovar",
      rotateKey: "Renovar {name}",
      revoke: "Revocar",
      revokeKey: "Revocar {name}",
      states: { expired: "Caducada", replaced: "En sustitución", live: "Activa" },
    },
    scopes: {
      label: "Lo que puede hacer",
      READ: "Leer todo",
      EDIT_SETTINGS: "Editar ajustes",
      CONNECT: "Conectar TikTok Shop",
      DISCONNECT: "Desconectar TikTok Shop",
      MANAGE_WEBHOOKS: "Gestionar webhooks",
    },
    spans: {
      days30: "En 30 días",
      days90: "En 90 días",
      year: "En un año",
      never: "Nunca",
      hour: "En una hora",
      hours24: "En 24 horas",
      days7: "En 7 días",
    },
    name: { label: "Nombre", hint: "El programa del socio, tal como debe aparecer en la actividad." },
    create: { title: "Crear clave de API", expires: "Caduca", create: "Crear", creating: "Creando…" },
    secret: {
      use: "El programa lo envía en el encabezado <code>Authorization: Bearer hb_…</code>, nunca en una dirección.",
      lost: "No se sabe si hay una clave nueva: cierra esto y mira la lista. Nadie puede leer el secreto de una clave cuya respuesta se perdió, así que revócala y crea otra.",
    },
    rotate: {
      title: "Renovar clave de API",
      titleOf: "¿Renovar {name}?",
      about:
        "Se crea una clave nueva con el mismo nombre y los mismos permisos. Las dos funcionan hasta que termina la antigua, para que el programa pueda hacer el cambio. La nueva dura lo mismo que se le dio a la antigua.",
      oldEnds: "La clave antigua termina",
      rotate: "Renovar",
      rotating: "Renovando…",
    },
    revoke: {
      title: "Revocar clave de API",
      titleOf: "¿Revocar {name}?",
      about:
        "Desde ese momento, la clave <code>{prefix}…</code> no abre nada y no se puede recuperar. Los programas que la usan se rechazan de inmediato.",
      lastUsed: "Se usó por última vez {at}.",
      neverUsed: "No se ha usado nunca.",
      revoke: "Revocar",
      revoking: "Revocando…",
      revoked: "Se revocó {name}.",
      unknown: "No llegó ninguna respuesta: no se sabe si {name} se revocó. Míralo en la lista.",
    },
  },
  webhooks: {
    title: "Webhooks",
    about:
      "Lo que ocurre en tu tienda se envía, firmado, a estas direcciones de programas de socios, para que no tengan que preguntar.",
    endpoints: "Destinos",
    none: "Todavía no hay ninguno.",
    notFound: "Esta tienda no tiene ese destino, o ya no lo tiene.",
    facts: "{topics} · creado {at}",
    allTopics: "Todos los eventos",
    statuses: { ACTIVE: "Activo", FAILING: "Con fallos", DISABLED: "Desactivado" },
    topics: {
      label: "Eventos",
      hint: "Si no eliges ninguno, se envían todos, también los de tipos futuros.",
      ACCOUNT_CONNECTED: "TikTok Shop conectada",
      ACCOUNT_DISCONNECTING: "Desconexión iniciada",
      DISCONNECTION_BLOCKED: "Desconexión bloqueada",
      ACCOUNT_DISCONNECTED: "TikTok Shop desconectada",
      SETTINGS_UPDATED: "Ajustes cambiados",
      TIKTOK_AUTHORIZATION_EXPIRING: "El acceso a TikTok termina pronto",
      TIKTOK_AUTHORIZATION_LOST: "Acceso a TikTok perdido",
      STORE_UNINSTALLED: "App desinstalada",
    },
    url: {
      label: "URL",
      hint: "Por ejemplo, https://example.com/webhooks: allí se avisa al programa del socio de lo que ocurra a partir de ahora.",
    },
    create: {
      open: "Crear destino",
      title: "Crear destino",
      create: "Crear",
      creating: "Creando…",
      lost: "No se sabe si hay un destino nuevo: cierra esto y mira la lista. Nadie puede leer el secreto de un destino cuya respuesta se perdió, así que renuévalo, o elimina el destino y crea otro.",
    },
    secret: {
      use: "El programa del socio comprueba con él que lo que recibe lo envió esta app, como indica <link>Standard Webhooks</link>.",
    },
    page: {
      title: "Destino de webhooks",
      all: "Todos los destinos",
      deliveries: "Entregas",
      refresh: "Actualizar",
      nothingSent: "Todavía no se ha enviado nada.",
      pages: "Páginas de las entregas",
      newest: "Más recientes",
      older: "Anteriores",
      consequences: {
        FAILING:
          "No se ha aceptado nada en un día. Al cabo de cinco días no se envía nada más hasta que lo actives de nuevo.",
        DISABLED: "No se envía nada. Lo que ocurra entretanto se envía cuando lo actives.",
      },
    },
    actions: {
      sendLatest: "Enviar de nuevo el último evento",
      sendUnknown: "No se sabe si se está enviando de nuevo: míralo en las entregas. Reinténtalo.",
      beingSent: "El último evento se está enviando de nuevo.",
      enable: "Activar",
      disable: "Desactivar",
      edit: "Editar",
      rotate: "Renovar secreto",
      delete: "Eliminar",
    },
    delivery: {
      taken: "Aceptada",
      failed: "Fallida",
      facts: "{at} · intento {attempt, number} · {answer} · {duration} ms",
      noAnswer: "sin respuesta",
      status: "estado {status}",
    },
    edit: {
      title: "Editar destino",
      save: "Guardar",
      saving: "Guardando…",
      changed: "Se cambió el destino.",
      unknown: "No llegó ninguna respuesta: no se sabe si {url} se cambió. Míralo en su página.",
    },
    rotate: {
      title: "Renovar secreto",
      titleOf: "¿Renovar el secreto?",
      about:
        "Se crea un secreto nuevo. Durante 24 horas, lo que se envía se firma también con el antiguo, para que el programa pueda hacer el cambio; después, el antiguo ya no vale.",
      lost: "No se sabe si hay un secreto nuevo, y nadie puede leer uno cuya respuesta se perdió: renuévalo otra vez. El antiguo sirve durante 24 horas.",
      rotate: "Renovar",
      rotating: "Renovando…",
    },
    delete: {
      title: "Eliminar destino",
      titleOf: "¿Eliminar el destino?",
      about:
        "No se le envía nada más. También desaparecen sus secretos y el historial de sus entregas, y no se pueden recuperar. Para hacer una pausa, desactívalo.",
      delete: "Eliminar",
      deleting: "Eliminando…",
      deleted: "Se eliminó {url}.",
      unknown: "No llegó ninguna respuesta: no se sabe si {url} se eliminó. Míralo en la lista.",
    },
  },
  connect: {
    title: "Conectar TikTok Shop",
    connect: "Conectar",
    connecting: "Conectando…",
    continue: "Continuar a TikTok",
    about:
      "TikTok pide al propietario principal de la tienda de TikTok Shop que dé acceso a esta app y después vuelve aquí. Debe vender en la región de esta tienda.",
    probation:
      "<strong>Puedes desconectar cuando quieras: tu tienda vuelve a los ajustes de hoy.</strong> Se registran antes de cambiar nada.",
    unknown: "No llegó ninguna respuesta: no se sabe si se conectó. Míralo en el resumen.",
    changes: {
      label: "Lo que cambiará",
      inShopify: "Cambios en Shopify",
      inApp: "Solo dentro de esta app",
      nothing: "Nada.",
      some: "{count, plural, one {# ajuste} other {# ajustes}}: {groups}.",
      group: "{count, number} en {name}",
      stays: "Lo que se queda igual",
      staysText: "Todo lo demás de tu tienda y TikTok for Business: tus anuncios y sus cuentas.",
      changeOfMind: "Si cambias de opinión",
      eachInShopify: "Cada cambio en Shopify: {count, plural, one {# ajuste} other {# ajustes}}",
      eachInApp: "Cada ajuste de esta app: {count, plural, one {# ajuste} other {# ajustes}}",
      now: "Ahora",
      connected: "Con la conexión",
      longValue: "Un valor largo",
      allPublished: "Todos tus productos publicados",
      dependsOnShop: "Depende de la cuenta de TikTok Shop",
    },
    nothingChanged: "No se ha cambiado nada ni se ha pedido nada a TikTok.",
    sandbox: {
      about:
        "Este es el entorno de pruebas: elige la cuenta con la que TikTok te haría iniciar sesión, o recorre el camino de ida y vuelta con Continuar a TikTok.",
      account: "Cuenta de TikTok Shop",
      missing: "Elige la cuenta que quieres conectar.",
    },
    outcomes: {
      CONNECTED: "TikTok dio acceso a la app y TikTok Shop está conectada.",
      CONNECTING: "TikTok dio acceso a la app. TikTok Shop se está conectando.",
      DENIED:
        "TikTok no dio acceso a la app porque allí no se permitió. No se ha cambiado nada. Vuelve a conectar y permítelo.",
      UNKNOWN:
        "Este regreso de TikTok no empezó aquí, o empezó hace más de 30 minutos. No se ha cambiado nada. Empieza a conectar de nuevo.",
      EXPIRED:
        "Pasaron más de 30 minutos antes de volver de TikTok. No se ha cambiado nada. Empieza a conectar de nuevo.",
      USED: "Este regreso de TikTok ya se usó antes. El resumen indica qué está conectado.",
      NO_SHOP:
        "TikTok dio acceso a la app, pero no hay ninguna tienda de TikTok Shop. No se ha cambiado nada. Vuelve a conectar tras iniciar sesión en TikTok con la cuenta de tu tienda.",
      FAILED: "En este momento no se pudo conectar. No se ha cambiado nada. Empieza a conectar de nuevo.",
      IN_DOUBT: "No se sabe si se conectó. Míralo en el resumen.",
      AUTHORIZATION_INVALID:
        "TikTok ya no reconoce este permiso. Puede que tenga más de 30 minutos. No se ha cambiado nada. Empieza a conectar de nuevo.",
      OWNER_REQUIRED:
        "Solo el propietario principal de una cuenta de TikTok Shop puede conectarla; los empleados y administradores, no. No se ha cambiado nada. Pide al propietario que la conecte.",
      SELLER_NOT_ACTIVE:
        "TikTok todavía no ha aprobado la cuenta de TikTok Shop, o la ha cerrado. No se ha cambiado nada. TikTok Seller Center indica qué falta: después, vuelve a conectar.",
      REGION_MISMATCH:
        "La cuenta de TikTok Shop y la tienda deben ser de la misma región, y no lo son. No se ha cambiado nada. Conecta una cuenta de la región de la tienda.",
      ALREADY_CONNECTED:
        "La tienda ya está conectada a una cuenta de TikTok Shop. No se ha cambiado nada. Desconéctala primero.",
      ACCOUNT_IN_USE:
        "La cuenta de TikTok Shop está conectada a otra tienda. No se ha cambiado nada. Desconéctala allí primero.",
      RESTORATION_IN_PROGRESS:
        "La tienda se está restaurando después de una desconexión. No se ha cambiado nada. Espera a que termine.",
      SHOPIFY_SCOPE_MISSING:
        "A la app le faltan permisos en la tienda. No se ha cambiado nada. Ábrela en el panel de control de Shopify y concédelos.",
      SHOPIFY_UNAVAILABLE:
        "Shopify no respondió, o rechazó lo que se escribe al conectar. TikTok Shop no está conectada; reinténtalo más tarde.",
      TIKTOK_UNAVAILABLE: "TikTok no responde en este momento. No se ha cambiado nada. Reinténtalo más tarde.",
      DAILY_LIMIT_REACHED:
        "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada. Vuelve a conectar después de medianoche UTC.",
    },
  },
  activity: {
    title: "Actividad",
    trail: "Historial",
    before: "Antes",
    after: "Después",
    earlierSteps: "{count, plural, one {# paso anterior} other {# pasos anteriores}}",
    edits: "<strong>{settings}</strong> en {count, number} ediciones · {actor} · hasta {at}",
    filter: {
      who: "Quién",
      everybody: "Todos",
      actors: {
        SELLER: "Personas en esta app",
        PARTNER: "Programas de socios",
        SHOPIFY_ADMIN: "En el panel de control de Shopify",
        SYSTEM: "Integración de TikTok Shop",
      },
      what: "Qué",
      everything: "Todo",
      kinds: {
        settings: "Ajustes",
        connections: "Conexiones y desconexiones",
        access: "Acceso de la app",
        partners: "Claves de API y webhooks",
      },
    },
    nothingOfThat: "No se ha hecho nada de eso.",
    nothingOfThatYet: "Nada de eso figura entre las entradas consultadas hasta ahora. Hay otras anteriores.",
    showEverything: "Mostrar todo",
    pages: "Páginas del historial",
    newest: "Más reciente",
    older: "Anterior",
  },
  disconnection: {
    title: "Desconexión",
    notFound: "Esta tienda no tiene ese registro.",
    facts: "{externalId} · {region} · desconectada {actor}, {at}",
    complete: "Completada, {at}. {authorization}",
    notPutBack: "Sin restaurar",
    print: "Imprimir",
    printAgain: "Leer e imprimir de nuevo",
    readingToPrint: "Leyendo lo que se imprime…",
    authorizationEnds: {
      PENDING: "Se está retirando la autorización de TikTok.",
      REVOKED: "Se retiró la autorización de TikTok.",
      ALREADY_ENDED: "La autorización ya se había retirado en TikTok.",
      NOT_CONFIRMED: "No está confirmado que se haya retirado la autorización de TikTok.",
    },
    lookInSellerCenter:
      "Si TikTok Seller Center todavía muestra esta app entre las que tienen acceso a la cuenta, retírale allí el acceso.",
    outcome: {
      whole: "Tu tienda está como estaba.",
      exceptions: "Tu tienda está como estaba, salvo {count, plural, one {# valor} other {# valores}}.",
      different: "Tu tienda no está como estaba.",
      notRead: "No se volvió a leer tu tienda.",
      notReadExceptions:
        "No se volvió a leer tu tienda, y {count, plural, one {# valor no se restauró} other {# valores no se restauraron}}.",
    },
    accept: {
      title: "¿Aceptar la tienda tal como está?",
      about:
        "Lo que no se restauró se queda en la tienda como está ahora; el registro lo enumera. Se retira la autorización de TikTok. Esto no se puede deshacer.",
      accept: "Aceptar tal como está",
      accepting: "Aceptando…",
      complete: "No hay nada que aceptar: esta desconexión está completa.",
      goesOn: "No hay nada que aceptar: esta desconexión continúa por sí sola.",
      unknown: "No llegó ninguna respuesta: no se sabe si se aceptó. Míralo en el registro.",
    },
    progress: {
      title: "Progreso",
      badges: {
        RESTORING: "Restaurando",
        VERIFYING: "Comprobando",
        BLOCKED: "Bloqueada",
        REVOKING: "Terminando",
        COMPLETE: "Completada",
      },
      texts: {
        RESTORING: "Se está restaurando la tienda.",
        VERIFYING: "Se está volviendo a leer la tienda.",
        BLOCKED:
          "No puede continuar sin tu ayuda. No se ha perdido nada, y la autorización de TikTok no se ha retirado.",
        REVOKING: "La tienda se restauró. Se está retirando la autorización de TikTok.",
        COMPLETE: "Todo está hecho.",
      },
      tryAgain: "Reintentar",
      trying: "Reintentando…",
      help: "Reintentar continúa donde se detuvo. Aceptar tal como está lo termina aquí: lo que no se restauró se queda como está en la tienda y se enumera.",
    },
    steps: {
      restoring: "Se restauran los ajustes de la tienda",
      verifying: "Se vuelve a leer la tienda y se compara",
      revoking: "Se retira la autorización de TikTok",
      marks: { done: "Hecho", current: "En curso", blocked: "Bloqueado", later: "Pendiente" },
    },
    proof: {
      label: "Prueba",
      none: "Prueba: todavía no hay",
      exceptions: "Prueba: las huellas de antes y de después",
      equal: "Prueba: las dos huellas son iguales",
      unequal: "Prueba: las huellas no son iguales",
      recorded: "Registrado antes de conectar, {at}",
      readBack: "Leído después de desconectar",
      readBackAt: "Leído después de desconectar, {at}",
      notReadBack: "Todavía no se ha leído",
      verdicts: {
        none: "La tienda se vuelve a leer cuando se ha escrito en ella todo lo registrado.",
        exceptions:
          "{count, plural, one {Todos los ajustes ajenos al canal de anuncios están como antes de conectar TikTok Shop, salvo el valor de arriba: la huella leída es la de los ajustes sin él.} other {Todos los ajustes ajenos al canal de anuncios están como antes de conectar TikTok Shop, salvo los # valores de arriba: la huella leída es la de los ajustes sin ellos.}}",
        equal:
          "Las huellas son iguales: todos los ajustes ajenos al canal de anuncios están como antes de conectar TikTok Shop.",
        unequal:
          "Las huellas no son iguales: los ajustes no están como se registraron. Pide ayuda al equipo de asistencia.",
      },
      howToCheck:
        "Cada huella es el SHA-256, en hexadecimal, de los ajustes: por cada ajuste, en el orden de bytes de sus claves, una línea con la clave, un tabulador, el valor como JSON sin espacios en blanco y un salto de línea. El JSON descargado contiene los ajustes que se registraron.",
    },
    settings: {
      title: "Ajustes",
      notYet: "Se enumeran cuando se vuelve a leer la tienda.",
      none: "No hizo falta cambiar ningún ajuste.",
      wentBack: "{count, plural, one {# ajuste restaurado} other {# ajustes restaurados}}",
      removed:
        "{count, plural, one {# ajuste eliminado que existía solo para TikTok Shop} other {# ajustes eliminados que existían solo para TikTok Shop}}",
      withEdits: "{what}, {count, number} con ediciones",
      before: "Antes de desconectar",
      after: "Después de desconectar",
    },
    handoff: {
      title: "Pedidos abiertos",
      counted:
        "{total, plural, one {Había # pedido o solicitud} other {Había # pedidos y solicitudes}} sin cerrar en TikTok al desconectar la tienda. {waiting, plural, one {Queda # sin asumir.} other {Quedan # sin asumir.}}",
      nothing: "No había nada abierto en TikTok al desconectar la tienda.",
      beingRead: "Se está leyendo la lista de TikTok.",
      allTakenOver: "Marcar todo como asumido",
      noting: "Anotando…",
      notAllNoted: "No se pudieron anotar todos. Reinténtalo.",
      previous: "Anteriores",
      next: "Siguientes",
      download: "Descargar CSV",
      cutOnPaper: "No se pudieron leer todos los pedidos abiertos. Lo impreso dice cuántos faltan.",
      restUnreadable:
        "Figuran {listed, number} de {count, number}. Los demás no se pudieron leer al imprimir: imprímelo otra vez más tarde.",
      unreadOnPaper: "Al imprimir no se pudieron leer todos los pedidos abiertos: imprímelo otra vez más tarde.",
      someOnPaper: "Se muestran {listed, number} de {count, number}. El botón Imprimir los incluye todos.",
      unreadable: "No se puede leer la lista ahora. Reinténtalo.",
      tasks: {
        FULFILLMENT: "Enviar",
        CANCELLATION: "Responder a una cancelación",
        RETURN: "Tramitar una devolución",
        REFUND: "Responder a un reembolso",
      },
      order: "Pedido {id} en Seller Center",
      noDeadline: "Sin plazo",
      due: "Plazo: {at}",
      takenOver: "Marcar como asumido",
      takeOver: "Marcar como asumido: {task}, pedido {id}",
      takenOverBy: "Asumido {actor}, {at}",
      columns: {
        task: "Tarea",
        order: "Pedido",
        state: "Estado",
        deadline: "Plazo",
        sellerCenter: "Enlace a Seller Center",
        takenOverAt: "Asumido el",
        takenOverBy: "Asumido por",
      },
    },
    record: {
      copy: "Copiar como JSON",
      download: "Descargar JSON",
      unreadable: "No se puede leer el registro ahora. Reinténtalo.",
      longUnreadable: "No se pueden leer los valores largos ahora. Reinténtalo.",
      copyRefused: "El navegador no permite copiar aquí; descárgalo.",
    },
    certificate: {
      download: "Descargar certificado",
      storeUnreadable: "No se puede leer el nombre de la tienda ahora. Reinténtalo.",
      title: "{account} se desconectó de {store}",
      store: "Tienda",
      shop: "Cuenta de TikTok Shop",
      disconnected: "Desconexión",
      complete: "Completada",
      recorded: "Huella registrada antes de conectar",
      readBack: "Huella leída después de desconectar",
      notReadBack: "No se volvió a leer",
      record: "Registro",
      howToCheck: "Cómo comprobar las huellas",
      withoutExceptions: "La huella leída es la de los ajustes sin lo que se enumera abajo.",
      equal: "Son iguales cuando todos los ajustes ajenos al canal de anuncios están como estaban.",
      signature: "Firma",
      signedBy:
        "Esta página contiene una declaración de todo ello firmada con la clave {key}. Un programa puede comprobarla sin esta aplicación: handback verify, con las claves que la aplicación publica.",
      notPutBack: "Sin restaurar",
      nothing: "Nada: todo se restauró.",
      entry: "{name}. {reason} Antes de TikTok Shop: {recorded}. Ahora: {present}.",
      notSet: "sin definir",
      notYet: "Todavía no",
    },
  },
  server: {
    actors: { "TikTok Shop integration": "Integración de TikTok Shop" },
    channels: {
      CONNECTED: "Conectada",
      SETUP_IN_PROGRESS: "Configuración en curso",
      SHOPIFY_ACCESS_LOST: "Requiere atención: la app se desinstaló de la tienda",
      SHOPIFY_SCOPE_MISSING: "Requiere atención: a la app le falta un permiso en la tienda",
      TIKTOK_ACCESS_ENDING: "Conectada",
      TIKTOK_ACCESS_LOST: "Requiere atención: TikTok ya no da acceso a la app",
    },
    faults: {
      ANSWER_DROPPED: "La operación ha terminado, pero su respuesta no está disponible. Vuelve a cargar la página.",
      FORBIDDEN: "No tienes permiso para esto.",
      INTERNAL: "Se produjo un error en la app.",
      OUTCOME_UNKNOWN: "No se sabe si se hizo: compruébalo antes de reintentarlo.",
      OVERLOADED: "Hay demasiadas solicitudes en curso. No se hizo nada; reinténtalo.",
      THROTTLED: "Son demasiadas solicitudes a la vez. No se hizo nada; reinténtalo más tarde.",
      TRY_AGAIN: "No hubo respuesta a tiempo. Reinténtalo.",
    },
    problems: {
      NEWER_CONNECTION:
        "La tienda pertenece a una conexión más reciente que las que conoce la base de datos de la app. No se escribió nada en ella. Puede que la base de datos se haya recuperado de una copia de seguridad.",
      SHOPIFY_ACCESS_LOST:
        "Shopify ya no da acceso a la app en la tienda. Instálala de nuevo y ábrela en el panel de control de Shopify.",
      SHOPIFY_SCOPE_MISSING:
        "A la app le falta un permiso en la tienda. Ábrela en el panel de control de Shopify y concédelo.",
      SHOPIFY_UNAVAILABLE:
        "Shopify no responde como se espera en este momento. Se le vuelve a preguntar automáticamente.",
      TIKTOK_ACCESS_ENDING:
        "TikTok da acceso a la app solo por unas semanas más. Desconecta la cuenta y conéctala de nuevo antes: entonces TikTok te vuelve a preguntar.",
      TIKTOK_ACCESS_LOST:
        "TikTok ya no da acceso a la app. Los pedidos se gestionan en Seller Center; para volver a vender desde aquí, desconecta la cuenta y conéctala de nuevo.",
      TIKTOK_UNAVAILABLE: "TikTok no ha respondido. Puedes mirar en TikTok Seller Center.",
      VERIFICATION_FAILED:
        "La tienda no tiene lo que la app ha escrito en ella. Corrígelo en el panel de control de Shopify y reinténtalo, o acepta la tienda tal como está. En inglés: «{message}»",
    },
    refusals: {
      acceptExceptions: {
        CONFIRMATION_REQUIRED: "Hay que confirmar que se acepta.",
        NOT_BLOCKED: "La desconexión no está bloqueada: no hay nada que aceptar.",
        NOT_FOUND: "Esta tienda no tiene esa desconexión.",
      },
      acknowledgeHandoffItems: { NOT_FOUND: "Esta tienda no tiene ese pedido o solicitud." },
      beginTikTokAuthorization: {
        ALREADY_CONNECTED: "La tienda ya está conectada a una cuenta de TikTok Shop. Desconéctala primero.",
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        INVALID_RETURN_TO: "Esta no es una página de la app.",
        RESTORATION_IN_PROGRESS: "La tienda se está restaurando después de una desconexión. Espera a que termine.",
        TIKTOK_UNAVAILABLE: "TikTok no responde en este momento. No se hizo nada; reinténtalo más tarde.",
      },
      connectTikTokShop: {
        ACCOUNT_IN_USE: "Esta cuenta de TikTok Shop está conectada a otra tienda. Desconéctala allí primero.",
        ALREADY_CONNECTED: "La tienda ya está conectada a una cuenta de TikTok Shop. Desconéctala primero.",
        AUTHORIZATION_INVALID:
          "TikTok no reconoce esta autorización. Puede que ya se haya usado o que tenga más de 30 minutos: empieza a conectar de nuevo.",
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        OWNER_REQUIRED:
          "Solo el propietario principal de la cuenta de TikTok Shop puede conectarla; los empleados y administradores, no. Pide al propietario que la conecte.",
        REGION_MISMATCH:
          "La cuenta de TikTok Shop y la tienda deben ser de la misma región, y no lo son. Conecta una cuenta de la región de la tienda.",
        RESTORATION_IN_PROGRESS: "La tienda se está restaurando después de una desconexión. Espera a que termine.",
        SELLER_NOT_ACTIVE:
          "TikTok todavía no ha aprobado la cuenta de TikTok Shop, o la ha cerrado. TikTok Seller Center indica qué falta: después, vuelve a conectar.",
        SHOPIFY_SCOPE_MISSING:
          "A la app le faltan permisos en la tienda. Ábrela en el panel de control de Shopify y concédelos.",
        SHOPIFY_UNAVAILABLE:
          "Shopify no da acceso a la app en este momento. No se hizo nada; ábrela en el panel de control de Shopify o reinténtalo más tarde.",
        TIKTOK_UNAVAILABLE: "TikTok no responde en este momento. No se hizo nada; reinténtalo más tarde.",
      },
      createApiKey: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        INVALID_EXPIRY: "Una clave debe caducar en el futuro, o nunca.",
        INVALID_NAME: "La clave necesita un nombre con algún carácter visible y no demasiado largo.",
        NAME_TAKEN:
          "Otra clave de la tienda se llama igual o casi igual. Elige un nombre que se distinga, o revoca antes esa clave.",
        SCOPES_REQUIRED: "Una clave sin permisos no abre nada: elige al menos uno.",
        TOO_MANY_KEYS: "Una tienda puede tener como máximo 100 claves. Revoca antes una.",
      },
      createWebhookEndpoint: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        INVALID_URL: "La URL debe empezar por https:// y llevar a un servidor público. En inglés: «{message}»",
        SECRETS_UNAVAILABLE: "Este servidor no guarda secretos: quien lo administra debe configurarlo antes.",
        TOO_MANY_ENDPOINTS: "Una tienda puede tener como máximo 10 destinos de webhooks. Elimina antes uno.",
      },
      deleteWebhookEndpoint: { ENDPOINT_NOT_FOUND: "Esta tienda no tiene ese destino de webhooks." },
      disconnectTikTokShop: {
        ACCOUNT_NOT_FOUND: "Esta tienda no tiene esa cuenta.",
        ALREADY_DISCONNECTED: "La cuenta ya está desconectada, o se está desconectando.",
        CONFIRMATION_REQUIRED: "Hay que confirmar la desconexión.",
        NOT_CONNECTED: "A esta tienda no se ha conectado ninguna cuenta de TikTok Shop.",
        PREVIEW_STALE: "Lo que haría la desconexión ha cambiado desde que se mostró. Revísalo de nuevo.",
        SNAPSHOT_DAMAGED:
          "Los ajustes registrados al conectar faltan o están dañados, así que no se pueden restaurar. No se ha cambiado nada.",
        WRONG_ACCOUNT_KIND: "No es una cuenta de TikTok Shop; la desconexión deja TikTok for Business como está.",
      },
      redeliverEvents: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        ENDPOINT_DISABLED: "El destino de webhooks está desactivado: actívalo antes.",
        ENDPOINT_NOT_FOUND: "Esta tienda no tiene ese destino de webhooks.",
        NO_EVENTS: "Todavía no hay eventos de este tipo.",
      },
      retryDisconnection: {
        ALREADY_COMPLETE: "La desconexión ya está completa.",
        NOT_FOUND: "Esta tienda no tiene esa desconexión.",
      },
      revokeApiKey: { API_KEY_NOT_FOUND: "Esta tienda no tiene esa clave." },
      rotateApiKey: {
        ALREADY_ROTATED: "Esta clave ya tiene sucesora: renueva esa.",
        API_KEY_NOT_FOUND: "Esta tienda no tiene esa clave.",
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        INVALID_EXPIRY: "La clave antigua debe terminar en el futuro. Para terminarla de inmediato, revócala.",
        ROTATION_IN_PROGRESS: "La clave anterior a esta todavía está activa. Espera a que termine, o revócala antes.",
      },
      rotateWebhookSecret: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        ENDPOINT_NOT_FOUND: "Esta tienda no tiene ese destino de webhooks.",
        ROTATION_IN_PROGRESS:
          "El destino tiene 5 secretos todavía válidos. Espera a que termine uno, o crea otro destino y elimina este.",
        SECRETS_UNAVAILABLE: "Este servidor no guarda secretos: quien lo administra debe configurarlo antes.",
      },
      updateSettings: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        DUPLICATE_KEY: "El ajuste aparece más de una vez.",
        INVALID_VALUE: "El ajuste no admite este valor. En inglés: «{message}»",
        NOT_CONNECTED: "El ajuste existe solo mientras TikTok Shop está conectada.",
        NOT_EDITABLE: "El ajuste no se puede editar ahora. En inglés: «{message}»",
        STALE_VALUE: "Alguien ha cambiado el ajuste entretanto. Revisa el valor actual y guarda de nuevo.",
        UNKNOWN_SETTING: "No hay ningún ajuste con esta clave.",
        VALUE_TOO_LARGE: "El ajuste puede ocupar como máximo 1 MiB.",
      },
      updateWebhookEndpoint: {
        DAILY_LIMIT_REACHED:
          "Hoy ya no se puede guardar nada más para esta tienda. No se ha cambiado nada; el día siguiente empieza a medianoche UTC.",
        ENDPOINT_NOT_FOUND: "Esta tienda no tiene ese destino de webhooks.",
        INVALID_URL: "La URL debe empezar por https:// y llevar a un servidor público. En inglés: «{message}»",
      },
    },
    settings: {
      "publication.autoPublish": {
        title: "Publicar productos nuevos",
        description: "Los productos nuevos se publican en el canal de TikTok sin preguntar.",
      },
      "product.published": {
        title: "Productos publicados",
        description:
          "Por producto: si está publicado en el canal de TikTok. Al conectar se publican todos; el vendedor puede excluir productos.",
      },
      "product.inventoryManagedByChannel": {
        title: "Existencias gestionadas por TikTok Shop",
        description: "Por producto: el canal mantiene las existencias al día.",
      },
      "location.fulfillsOnlineOrders": {
        title: "Sucursales que preparan pedidos online",
        description: "Por sucursal: si puede preparar pedidos. Las sucursales vinculadas se activan.",
      },
      "order.attributionSource": {
        title: "Origen de los pedidos",
        description: "El origen que se anota en los pedidos que llegan por el canal.",
      },
      "order.tags": {
        title: "Etiquetas de pedidos",
        description: "Las etiquetas que se ponen a cada pedido que llega.",
      },
      "webhook.topics": {
        title: "Eventos de la tienda",
        description: "Los eventos de la tienda que se envían a la app.",
      },
      "tax.handling": {
        title: "Recaudación de impuestos",
        description: "Quién calcula e ingresa los impuestos de los pedidos del canal.",
      },
      "store.resourceFeedback": {
        title: "Aviso de configuración en Shopify",
        description: "Lo que el panel de control de la tienda muestra sobre la configuración del canal.",
      },
      "channel.connection": { title: "Canal de ventas", description: "El registro del canal en la tienda." },
      "returns.policyShown": {
        title: "Página de la política de devoluciones",
        description: "Hay una página visible con la política de devoluciones; TikTok Shop la exige.",
      },
      "shipping.packageWeightFallbackKg": {
        title: "Peso predeterminado del paquete",
        description: "El peso que se usa cuando un producto no tiene ninguno. No cambia al conectar.",
      },
      "product.syncEnabled": {
        title: "Sincronización de productos",
        description: "Los productos se envían a TikTok Shop.",
      },
      "product.linkMode": {
        title: "Vínculos de publicaciones",
        description: "Cómo se vinculan las publicaciones con los productos.",
      },
      "product.links": {
        title: "Publicaciones vinculadas",
        description: "De variante a publicación de TikTok. Los ids son números de 19 cifras guardados como texto.",
      },
      "product.dailyLimit": {
        title: "Límite diario de productos",
        description: "Los productos que TikTok acepta al día; lo fija TikTok.",
      },
      "product.syncTitle": {
        title: "Sincronización de títulos",
        description: "Los títulos siguen a los de la tienda.",
      },
      "product.syncDescription": {
        title: "Sincronización de descripciones",
        description: "Las descripciones siguen a las de la tienda.",
      },
      "listing.autoOptimize": {
        title: "Optimización de publicaciones",
        description: "TikTok puede mejorar títulos y descripciones.",
      },
      "listing.categoryTemplates": {
        title: "Plantillas de categorías",
        description: "Plantillas de categorías para publicaciones nuevas.",
      },
      "price.syncEnabled": {
        title: "Sincronización de precios",
        description: "Los precios siguen a los de la tienda.",
      },
      "price.source": { title: "Origen del precio", description: "Qué precio de la tienda se envía." },
      "price.adjustment": {
        title: "Ajuste de precios",
        description: "Recargo o rebaja sobre el precio que se envía.",
      },
      "price.strikethrough": {
        title: "Precios tachados",
        description: "Precio de lista tachado; TikTok lo verifica y vence a los 90 días.",
      },
      "inventory.syncEnabled": {
        title: "Sincronización de existencias",
        description: "Las existencias siguen a las de la tienda.",
      },
      "inventory.percent": {
        title: "Porcentaje de existencias",
        description: "La parte de las existencias que se ofrece en TikTok Shop.",
      },
      "inventory.outOfStockThreshold": {
        title: "Umbral de agotado",
        description: "Con estas existencias o menos, el producto aparece como agotado.",
      },
      "warehouse.mapping": {
        title: "Vínculos de almacenes",
        description: "De sucursal de la tienda a almacén de TikTok.",
      },
      "warehouse.default": {
        title: "Almacén predeterminado",
        description: "El almacén que se usa cuando no hay ninguno vinculado.",
      },
      "warehouse.returnAddress": {
        title: "Almacén de devoluciones",
        description: "La única dirección a la que van las devoluciones.",
      },
      "shipping.mode": {
        title: "Modo de envío",
        description: "Los envíos de TikTok (lo predeterminado en EE. UU.) o los del vendedor.",
      },
      "shipping.carrierMapping": {
        title: "Vínculos de transportistas",
        description:
          "De transportista de la tienda a proveedor de envíos de TikTok. Mientras haya conexión debe quedar al menos uno.",
      },
      "shipping.template": {
        title: "Plantilla de envío",
        description: "La plantilla de envío para publicaciones nuevas.",
      },
      "fulfillment.autoSync": {
        title: "Sincronización de números de seguimiento",
        description: "Los números de seguimiento se envían a TikTok Shop.",
      },
      "order.syncEnabled": {
        title: "Sincronización de pedidos",
        description: "Los pedidos de TikTok se crean en la tienda.",
      },
      "order.holdPolicy": {
        title: "Retención de pedidos",
        description: "Qué ocurre durante la hora en que el comprador puede cancelar por su cuenta.",
      },
      "cancellation.storeToTikTok": {
        title: "Cancelaciones enviadas a TikTok Shop",
        description: "Cancelar en la tienda cancela en TikTok Shop.",
      },
      "cancellation.tikTokToStore": {
        title: "Cancelaciones de TikTok Shop",
        description: "Cancelar en TikTok Shop cancela en la tienda.",
      },
      "returns.syncEnabled": {
        title: "Sincronización de devoluciones",
        description: "Las devoluciones se muestran en la tienda.",
      },
      "returns.autoRestock": {
        title: "Reposición de devoluciones",
        description: "Los artículos devueltos vuelven a las existencias.",
      },
      "ads.businessAccount": {
        title: "Cuenta empresarial",
        description: "La cuenta de TikTok for Business y el Business Center.",
      },
      "ads.adAccount": { title: "Cuenta publicitaria", description: "La cuenta publicitaria." },
      "ads.dataSharing": {
        title: "Uso compartido de datos",
        description: "Cuántos datos de la tienda recibe el canal de anuncios.",
      },
      "ads.pixel": { title: "Píxel", description: "El píxel." },
      "ads.catalog": {
        title: "Catálogo de productos",
        description: "El catálogo de productos que usan los anuncios.",
      },
    },
    states: {
      AWAITING_COLLECTION: "Pendiente de recogida",
      AWAITING_SHIPMENT: "Pendiente de envío",
      BUYER_SHIPPED_ITEM: "Enviado por el comprador",
      CANCELLATION_REQUEST_PENDING: "Cancelación solicitada",
      ON_HOLD: "Retenido",
      PARTIALLY_SHIPPING: "Enviado en parte",
      REPLACEMENT_REQUEST_PENDING: "Cambio solicitado",
      RETURN_OR_REFUND_REQUEST_PENDING: "Devolución o reembolso solicitado",
    },
    warnings: {
      ADS_UNAFFECTED: "TikTok for Business se queda como está: no se tocan sus cuentas ni sus ajustes de anuncios.",
      CANNOT_BE_RESTORED:
        "{count, plural, one {# valor no se puede restaurar.} other {# valores no se pueden restaurar.}} Todo lo demás sí.",
      EDITED_SINCE_CONNECTING:
        "{count, plural, one {# de ellos se editó después de conectar y perderá la edición, que se puede seguir leyendo en el registro} other {# de ellos se editaron después de conectar y perderán la edición, que se puede seguir leyendo en el registro}}: {titles}.",
      OPEN_ORDERS:
        "{count, plural, =0 {No se sabe qué pedidos hay abiertos en TikTok.} one {Según TikTok, hay # pedido o solicitud sin cerrar; puede haber más.} other {Según TikTok, hay # pedidos y solicitudes sin cerrar; puede haber más.}} Después de desconectar, lo pendiente se gestiona solo en TikTok Seller Center: {url}.",
      ORDERS_MOVE_TO_SELLER_CENTER:
        "La preparación de pedidos, las cancelaciones, las devoluciones y los reembolsos de TikTok Shop ya no se gestionan en Shopify, solo en TikTok Seller Center: {url}.",
      PUBLISHED_SINCE_CONNECTING:
        "{count, plural, one {# producto se publicó en el canal de TikTok después de conectar y se retirará de él.} other {# productos se publicaron en el canal de TikTok después de conectar y se retirarán de él.}}",
      SETTINGS_RESTORED:
        "{count, plural, =0 {Todos los ajustes están ya como antes de conectar TikTok Shop.} one {# ajuste vuelve a ser como era antes de conectar TikTok Shop} other {# ajustes vuelven a ser como eran antes de conectar TikTok Shop}}{count, plural, =0 {} one {: {restored, number} por restaurar, {recreated, number} por crear de nuevo, {removed, number} por eliminar.} other {: {restored, number} por restaurar, {recreated, number} por crear de nuevo, {removed, number} por eliminar.}}",
    },
  },
};
