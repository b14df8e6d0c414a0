package dev.startgate.gate;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * Tests for {@link MessageSanitizer}.
 */
@Tag("long")
class MessageSanitizerTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					jdbc:postgresql://db/app?user=app&password=hush&ssl=true  | jdbc:postgresql://db/app?user=app&password=***&ssl=true
					jdbc:sqlserver://db;user=a;password=hush;x=1              | jdbc:sqlserver://db;user=a;password=***;x=1
					jdbc:mysql://address=(host=h)(user=u)(password=hush)/db   | jdbc:mysql://address=(host=h)(user=u)(password=***)/db
					jdbc:oracle:thin:scott/hush@//db:1521/app                 | jdbc:oracle:thin:scott/***@//db:1521/app
					jdbc:oracle:thin:@//db:1521/app                           | jdbc:oracle:thin:@//db:1521/app
					redis://app:hush@cache:6379/0                             | redis://app:***@cache:6379/0
					https://app:hu@sh@host/x and http://h:80/mail@x           | https://app:***@host/x and http://h:80/mail@x
					password='hush hush'                                      | password=***
					password='it''s hush' or more                             | password=*** or more
					passwd = "hu\\"sh" or more                                 | passwd = *** or more
					spring.datasource.password: hush                          | spring.datasource.password: ***
					{"password":"hush","a":1}                                 | {"password":***,"a":1}
					{"clientSecret" : "hush"}                                 | {"clientSecret" : ***}
					{'password': 'hush'}                                      | {'password': ***}
					'password' => 'hush'                                      | 'password' => ***
					PGPASSWORD=hush psql                                      | PGPASSWORD=*** psql
					AWS_SECRET_ACCESS_KEY=hush                                | AWS_SECRET_ACCESS_KEY=***
					?X-Amz-Credential=hush&X-Amz-Signature=hush&n=1           | ?X-Amz-Credential=***&X-Amz-Signature=***&n=1
					?sv=1&sig=hush%3D                                         | ?sv=1&sig=***
					api_key=hush, apikey=hush, X-Api-Key: hush                | api_key=***, apikey=***, X-Api-Key: ***
					AccountKey=hush==;EndpointSuffix=x                        | AccountKey=***;EndpointSuffix=x
					DB_PASS=hush pass: hush                                   | DB_PASS=*** pass: ***
					token: hush                                               | token: ***
					x-vault-token=hush                                        | x-vault-token=***
					Authorization: Bearer hush                                | Authorization: ***
					Proxy-Authorization: Basic aHVzaA==                       | Proxy-Authorization: ***
					{"Authorization": "Basic aHVzaA==", "a": 1}               | {"Authorization": ***, "a": 1}
					Cookie: a=hush; b=hush                                    | Cookie: ***
					curl -H bearer eyJhbGciOiJub25lIn0.e30.x                  | curl -H bearer ***
					alter role r with password 'hush' login                   | alter role r with password *** login
					ALTER ROLE r ENCRYPTED PASSWORD E'hu\\'sh'                 | ALTER ROLE r ENCRYPTED PASSWORD ***
					create user u identified by 'hush' x                      | create user u identified by *** x
					create user u identified by hush                          | create user u identified by ***
					alter user u identified with sha2 as 'hush'               | alter user u identified with sha2 as ***
					identified by password '*00AA'                            | identified by password ***
					set password for 'u'@'h' = 'hush'                         | set password for 'u'@'h' = ***
					select old_password, password('hush')                     | select old_password, password(***)
					options (user 'u', password 'hush')                       | options (user 'u', password ***)
					alter role r password 'cut off                            | alter role r password ***
					""")
	void credentialsAreShownNowhere(String text, String shown) {
		assertThat(MessageSanitizer.hideCredentials(text)).isEqualTo(shown).doesNotContain("hush");
		assertThat(MessageSanitizer.hide(text)).isEqualTo(shown);
	}

	@Test
	void aPrivateKeyIsNotShown() {
		assertThat(MessageSanitizer.hideCredentials("""
				-----BEGIN RSA PRIVATE KEY-----
				Proc-Type: 4,ENCRYPTED

				MIIEow-hush
				-----END RSA PRIVATE KEY-----
				after""")).isEqualTo("""
				-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----
				after""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Migration V2 'add password' (V2__add_password.sql) failed: ERROR",
			"Access denied for user 'app'@'localhost' (using password: YES)",
			"FATAL: password authentication failed for user \"app\"", "column \"password\" of relation \"usr\"",
			"Could not apply version '3' of metadata 'token': refused", "compass: north, bypass=1, Key 'x' for key",
			"This replica 'web-1' has the lock 'public.flyway_schema_history' (generation 1) and does the work",
			"jdbc:postgresql://db:5432/app: Connection refused", "basic authentication is needed" })
	void whatIsNoSecretIsLeft(String text) {
		assertThat(MessageSanitizer.hide(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					Detail: Key (email)=(hush@example.org) already exists.    | Detail: Key (email)=(***) already exists.
					`Key (a, b)=(hush\nhush), hush) is still referenced.`     | Key (a, b)=(***) is still referenced.
					Schlüssel »(email)=(hush)« existiert bereits.             | Schlüssel »(email)=(***)« existiert bereits.
					Detail: Failing row contains (1, Ann (hush), null).       | Detail: Failing row contains (***).
					`Failing row contains (1, a\nb, hush).\n  Hint: (no)`     | `Failing row contains (***).\n  Hint: (no)`
					Failing row contains (1, hush). (SQLSTATE 23502)          | Failing row contains (***). (SQLSTATE 23502)
					`Key (a)=(hush) already exists.\n\nResolve it (V2).`      | `Key (a)=(***) already exists.\n\nResolve it (V2).`
					Failing row contains (1, hush                             | Failing row contains (***
					Duplicate entry 'hush' for key 'usr.email'                | Duplicate entry '***' for key 'usr.email'
					`Duplicate entry 'o'hush\nhush' for key 'e'`              | Duplicate entry '***' for key 'e'
					The duplicate key value is (hush).                        | The duplicate key value is (***).
					Incorrect integer value: 'hush' for column `a` at row 1   | Incorrect integer value: '***' for column `a` at row 1
					invalid input syntax for type integer: "hu"sh"            | invalid input syntax for type integer: "***"
					COPY usr, line 3, column id: "hush"                       | COPY usr, line 3, column id: "***"
					value "4915112345678" is out of range for type integer    | value "***" is out of range for type integer
					"1e999" is out of range for type double precision         | "***" is out of range for type double precision
					malformed array literal: "hush,hush"                      | malformed array literal: "***"
					invalid value "hush" for "YYYY"                           | invalid value "***" for "YYYY"
					invalid input value for enum app."Role": "hush"           | invalid input value for enum app."Role": "***"
					`Token "hush" is invalid.\n  Where: JSON data, line 1: {"a": hush...\n  Position: 8` | `Token "***" is invalid.\n  Where: JSON data, line 1: ***\n  Position: 8`
					SQL statement "insert into t values (1, 'hush')"          | SQL statement "insert into t values (***)"
					""")
	void valuesOfRowsAreInTheLogOnly(String text, String shown) {
		assertThat(MessageSanitizer.hide(text)).isEqualTo(shown);
		assertThat(MessageSanitizer.hideCredentials(text)).isEqualTo(text);
	}

	@Test
	void ofRowsOfTheApplicationTheKeyIsShown() {
		String rows = "has 2 violations:\n\n"
				+ MessageSanitizer.row("id = 1", "id = 1, email = hush | hush\n    - x | y") + "\n"
				+ MessageSanitizer.row("", "hush") + "\n\nResolve them.";
		assertThat(rows).contains("id = 1, email = hush | hush - x | y");
		assertThat(MessageSanitizer.hide(rows))
			.isEqualTo("has 2 violations:\n\n    - id = 1 | ***\n    -  | ***\n\nResolve them.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", " ", "(", ")=(", "'", "\"", "\\", "\n", "''", "//", "//a:", "password", "password=",
			"password='", "password'", "password \\", "token ", "secret_", "Authorization:", "cookie=\n",
			"identified by ", "password for ", "identified with a ", "jdbc:oracle:thin:a/", "jdbc:oracle:thin:",
			"bearer ", "-----BEGIN PRIVATE KEY-----", "-", "Failing row contains (", "Failing row contains (\n\n",
			"values (", "Duplicate entry '", "Duplicate entry '' for key", "Incorrect x value: '", "for type a: \"",
			"COPY a, line 1", "    - ", "    - a |", "\n    - a | ", "(SQLSTATE ", "\n\n", " Hint", "key:", "pass", "=",
			":" })
	void aHostileMessageTakesNoTime(String part) {
		String hostile = part.repeat(200_000 / part.length());
		assertTimeout(Duration.ofSeconds(60), () -> MessageSanitizer.hide(hostile));
	}

}
