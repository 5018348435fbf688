// A server of Spring Authorization Server, for the gallery. It says where it is in one line of JSON on its
// standard output, and ends with its standard input. All but the person, the registrar and /whoami is
// Spring's own, as its guide on dynamic registration has it.
package gallery;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.io.OutputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.oidc.OidcClientRegistration;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcClientRegistrationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcClientRegistrationAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.oidc.converter.OidcClientRegistrationRegisteredClientConverter;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication(proxyBeanMethods = false)
public class Server {
  public static void main(String[] args) {
    String issuer = "http://127.0.0.1:" + args[0];
    SpringApplication application = new SpringApplication(Server.class);
    application.setDefaultProperties(Map.of(
        "server.port", args[0], "server.address", "127.0.0.1", "gallery.issuer", issuer,
        "spring.main.banner-mode", "off", "logging.level.root", "warn"));
    application.addListeners((ApplicationListener<ApplicationReadyEvent>) event ->
        System.out.println("{\"issuer\":\"" + issuer + "\",\"resource\":\"" + issuer + "\",\"whoami\":\"" + issuer + "/whoami\"}"));
    Thread end = new Thread(Server::endWithInput);
    end.setDaemon(true);
    end.start();
    application.run();
  }

  private static void endWithInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // then there is nobody either
    }
    Runtime.getRuntime().halt(0);
  }

  @Bean
  @Order(1)
  SecurityFilterChain protocol(HttpSecurity http) throws Exception {
    http.oauth2AuthorizationServer(server -> {
      http.securityMatcher(server.getEndpointsMatcher());
      server.clientRegistrationEndpoint(Customizer.withDefaults());
      server.oidc(oidc -> oidc.clientRegistrationEndpoint(endpoint -> endpoint.authenticationProviders(Server::takeScopes)));
    });
    http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
    http.oauth2ResourceServer(resource -> resource.jwt(Customizer.withDefaults()));
    http.exceptionHandling(handling -> handling.defaultAuthenticationEntryPointFor(
        new LoginUrlAuthenticationEntryPoint("/login"), new MediaTypeRequestMatcher(MediaType.TEXT_HTML)));
    return http.build();
  }

  // Without a scope nobody can sign in, and at first no registration may have one.
  private static void takeScopes(List<AuthenticationProvider> providers) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OidcClientRegistrationAuthenticationProvider registration) {
        registration.setRegisteredClientConverter(Server::registered);
        registration.setAuthenticationValidator(OidcClientRegistrationAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR
            .andThen(OidcClientRegistrationAuthenticationValidator.DEFAULT_POST_LOGOUT_REDIRECT_URI_VALIDATOR)
            .andThen(OidcClientRegistrationAuthenticationValidator.DEFAULT_JWK_SET_URI_VALIDATOR)
            .andThen(OidcClientRegistrationAuthenticationValidator.SIMPLE_SCOPE_VALIDATOR));
      }
    }
  }

  // A client whose name says so has tokens that end soon, that of its registration among them.
  private static RegisteredClient registered(OidcClientRegistration asked) {
    RegisteredClient client = new OidcClientRegistrationRegisteredClientConverter().convert(asked);
    if (!client.getClientName().startsWith("Brief ")) {
      return client;
    }
    TokenSettings settings = TokenSettings.withSettings(client.getTokenSettings().getSettings())
        .accessTokenTimeToLive(Duration.ofSeconds(1)).build();
    return RegisteredClient.from(client).tokenSettings(settings).build();
  }

  // What wants the tokens says so as RFC 9728 has it.
  @Bean
  @Order(2)
  SecurityFilterChain resource(HttpSecurity http, @Value("${gallery.issuer}") String issuer) throws Exception {
    http.securityMatcher("/", "/.well-known/oauth-protected-resource/**");
    http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
    http.oauth2ResourceServer(resource -> resource.jwt(Customizer.withDefaults())
        .protectedResourceMetadata(metadata -> metadata.protectedResourceMetadataCustomizer(
            builder -> builder.authorizationServer(issuer))));
    return http.build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain pages(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(requests -> requests.requestMatchers("/whoami").permitAll().anyRequest().authenticated());
    http.formLogin(Customizer.withDefaults());
    return http.build();
  }

  @Bean
  UserDetailsService people() {
    return new InMemoryUserDetailsManager(User.withUsername("ada").password("{noop}lovelace").roles("USER").build());
  }

  // The registrar gets the initial access tokens, each for one registration.
  // Nobody can register a public client.
  @Bean
  RegisteredClientRepository clients() {
    return new InMemoryRegisteredClientRepository(RegisteredClient.withId("registrar").clientId("registrar")
        .clientSecret("{noop}registrar-secret")
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .scope("client.create").build(),
        RegisteredClient.withId("public").clientId("public-desk")
        .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
        .redirectUri("https://app.example.com/callback").scope("openid").scope("profile").build());
  }

  @Bean
  OAuth2AuthorizationService authorizations() {
    return new InMemoryOAuth2AuthorizationService();
  }

  @Bean
  JWKSource<SecurityContext> keys() throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    RSAKey key = new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey((RSAPrivateKey) pair.getPrivate()).keyID("1").build();
    return new ImmutableJWKSet<>(new JWKSet(key));
  }

  @Bean
  JwtDecoder tokens(JWKSource<SecurityContext> keys) {
    return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
  }

  @Bean
  AuthorizationServerSettings settings(@Value("${gallery.issuer}") String issuer) {
    return AuthorizationServerSettings.builder().issuer(issuer).build();
  }

  @RestController
  static class Whoami {
    private final OAuth2AuthorizationService authorizations;

    Whoami(OAuth2AuthorizationService authorizations) {
      this.authorizations = authorizations;
    }

    @GetMapping("/whoami")
    ResponseEntity<String> whoami(@RequestHeader("Authorization") String header) {
      var found = authorizations.findByToken(header.replaceFirst("(?i)^Bearer ", ""), OAuth2TokenType.ACCESS_TOKEN);
      return found != null && found.getAccessToken().isActive()
          ? ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body("{\"sub\":\"" + found.getPrincipalName() + "\"}")
          : ResponseEntity.status(401).build();
    }
  }
}
