//! `smartmarket createsuperuser`: asks at the terminal, or takes everything from options for scripts.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use platform::web::visitor::Role;
use sqlx::PgPool;

pub struct Asked {
    pub email: Option<String>,
    pub name: String,
    pub role: String,
    pub no_input: bool,
    pub password_file: Option<PathBuf>,
}

pub async fn create(db: &PgPool, asked: Asked) -> anyhow::Result<()> {
    let role = Role::from(asked.role.clone());
    if !role.is_staff() {
        bail!("rôle « {} » inconnu ; attendu : support, manager ou admin", asked.role);
    }
    let email = match asked.email {
        Some(email) => email,
        None if asked.no_input => bail!("--no-input demande --email"),
        None => ask("Adresse e-mail : ")?,
    };
    let password = match &asked.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("impossible de lire {}", path.display()))?;
            text.lines().next().unwrap_or_default().to_string()
        }
        None if asked.no_input => bail!("--no-input demande --password-file"),
        None => ask_password()?,
    };
    use accounts::staff::CreateStaffError as E;
    match accounts::create_staff(db, email.trim(), &asked.name, role, &password).await {
        Ok(_) => println!("Le compte {} ({}) peut se connecter à /admin/.", email.trim(), role.code()),
        Err(E::Email) => bail!("« {} » n’est pas une adresse e-mail", email.trim()),
        Err(E::Password) => bail!("le mot de passe doit compter de 12 à 128 caractères"),
        Err(e) => return Err(e.into()),
    }
    Ok(())
}

fn ask(question: &str) -> anyhow::Result<String> {
    print!("{question}");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_string())
}

/// Without echo on a terminal (by `stty`, there on every machine we support); from a pipe as it comes.
fn ask_password() -> anyhow::Result<String> {
    let terminal = std::io::stdin().is_terminal();
    let echo = |on: &str| {
        if terminal {
            // Losing the echo switch is no reason to refuse: the password would only be visible while typed.
            let _ = std::process::Command::new("stty").arg(on).status();
        }
    };
    echo("-echo");
    let first = ask("Mot de passe (12 caractères au moins) : ");
    println!();
    let second = ask("Encore une fois : ");
    println!();
    echo("echo");
    let (first, second) = (first?, second?);
    if first != second {
        bail!("les deux saisies diffèrent ; rien n’a été créé");
    }
    Ok(first)
}
